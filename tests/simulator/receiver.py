"""A tiny portal: takes callbacks, keeps them, and answers as told."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def receiving():
    """Listen on a free loopback port; yields an object with `url`, `requests`, `statuses` and `answer`."""
    server = Receiver(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Receiver(ThreadingHTTPServer):
    """Answers the next request with the first of `statuses`, and 204 when there is none left."""

    daemon_threads = True

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.requests = []
        self.statuses = []
        self.answer = b""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_):
        """Say nothing."""
