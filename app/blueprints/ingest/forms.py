"""What people fill in on their way through the wizard."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import Length, Optional

from app.blueprints.options import options

ENCODINGS = options(
    [
        ("", "Find out"),
        ("utf-8", "UTF-8, the usual one"),
        ("cp1252", "Windows (cp1252)"),
        ("utf-16", "UTF-16, “Unicode text” of Excel"),
        ("mac_roman", "Mac Roman"),
    ]
)
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
DELIMITER_CHOICES = options(
    [
        ("", "Find out"),
        ("comma", "a comma ,"),
        ("semicolon", "a semicolon ;"),
        ("tab", "a tab"),
        ("bar", "a bar |"),
    ]
)


class UploadForm(FlaskForm):  # type: ignore[misc]
    """Step 1: the file, and whose people are in it; sent twice with its key, it makes one import."""

    file = FileField("File", validators=[FileRequired("Choose a file first.")])
    request_key = HiddenField("Request key", validators=[Length(max=64)])
    customer_id = SelectField("These people belong to", coerce=str, validators=[Optional()], choices=[])


class ReadingForm(FlaskForm):  # type: ignore[misc]
    """Step 2: how the file is to be read; what is left open is found out."""

    sheet = SelectField("Sheet", validators=[Optional()], choices=[])
    header_row = RadioField(
        "Which row holds the column names?", coerce=int, validators=[Optional()], choices=[]
    )
    encoding = SelectField("Encoding", validators=[Optional()], choices=ENCODINGS)
    delimiter = SelectField("Between the cells stands", validators=[Optional()], choices=DELIMITER_CHOICES)
