"""The Flask extensions, created bare here and bound to the app in `create_app`."""

from flask import Response
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

metadata = MetaData()


class Login(LoginManager):  # type: ignore[misc]
    """Asks nothing of the session: with a look at it, every answer, even a file, would vary by cookie."""

    def _update_remember_cookie(self, response: Response) -> Response:
        """Leave the answer as it is: nobody is remembered by a cookie beside the session's."""
        return response


class Base(DeclarativeBase):
    """The base of all models; flask-sqlalchemy's own base and its scoped session are not used."""

    metadata = metadata


db = SQLAlchemy(metadata=metadata)
migrate = Migrate()
login = Login()
csrf = CSRFProtect()
htmx = Htmx()
compress = Compress()
limiter = Limiter(get_remote_address, swallow_errors=True)
