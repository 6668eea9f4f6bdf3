"""What is typed while signing in."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class PasswordForm(FlaskForm):  # type: ignore[misc]
    email_address = EmailField(
        "E-mail address", [InputRequired("Type your e-mail address."), Length(max=254)]
    )
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=256)])
    next = HiddenField()


class AddressForm(FlaskForm):  # type: ignore[misc]
    email_address = EmailField(
        "E-mail address", [InputRequired("Type your e-mail address."), Length(max=254)]
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField("New password", [InputRequired("Type a new password."), Length(max=256)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField(
        "Six-digit code", [InputRequired("Type the six digits your authenticator app shows."), Length(max=12)]
    )
    next = HiddenField()


class RecoveryForm(FlaskForm):  # type: ignore[misc]
    recovery_code = StringField(
        "Recovery code", [InputRequired("Type one of your recovery codes."), Length(max=60)]
    )
    next = HiddenField()
