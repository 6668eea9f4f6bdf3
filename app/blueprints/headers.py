"""The headers every response carries: content security policy, framing, caching, referrer."""

from flask import Flask, Response, g, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def attend(app: Flask) -> None:
    """Put the headers on every response; pages are never stored, files with a content mark are for a year."""

    @app.after_request
    def add_headers(answer: Response) -> Response:
        for name, value in ALWAYS.items():
            answer.headers.setdefault(name, value)
        if request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
            answer.vary.add("HX-Request")
        elif "v" not in request.args:
            answer.headers["Cache-Control"] = "no-cache"
        if request.is_secure:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if g.get("request_id"):
            answer.headers["X-Request-Id"] = g.request_id
        return answer
