"""The headers every response carries: content security policy, framing, caching, referrer."""

from flask import Flask, Response, g, request

SERVER = "web"  # else the server names its own make
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "report-uri /csp-reports; report-to csp"
)
# What no page of ours uses. Copying to the clipboard and passkeys are used, so they stay with our own pages.
OFF = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb"),
    *("window-management", "xr-spatial-tracking"),
)
FOR_FILES = {
    "Server": SERVER,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_PAGES = {
    "Server": SERVER,
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in OFF),
    "Reporting-Endpoints": 'csp="/csp-reports"',
}


def attend(app: Flask) -> None:
    """Put the headers on every response; no page is ever stored.

    A file is no page: what governs pages stays away from it, for a first visit fetches thirty of them.
    """

    @app.after_request
    def add_headers(answer: Response) -> Response:
        is_file = request.endpoint == "static" and answer.status_code < 400
        for name, value in (FOR_FILES if is_file else FOR_PAGES).items():
            answer.headers.setdefault(name, value)
        if not is_file:
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["X-Request-Id"] = g.get("request_id", "")
            answer.vary.add("HX-Request")
        if request.is_secure:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return answer
