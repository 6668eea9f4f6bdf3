"""Far ends that misbehave in one exact way, for what a well-behaved server never does."""

import socket
import threading
from contextlib import contextmanager


@contextmanager
def answering(*answers):
    """Listen on a free loopback port; answer each request with the next bytes, None cuts the connection.

    When the answers are used up nothing is answered at all. Yields an object with `url` and `requests`.
    """
    far_end = FarEnd(list(answers))
    thread = threading.Thread(target=far_end.serve, daemon=True)
    thread.start()
    try:
        yield far_end
    finally:
        far_end.stop()
        thread.join()


class FarEnd:
    def __init__(self, answers):
        self.answers = answers
        self.requests = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _converse(self, connection):
        received = b""
        try:
            while data := connection.recv(65536):
                received += data
                head, ended, body = received.partition(b"\r\n\r\n")
                if not ended or len(body) < length_of(head):
                    continue
                self.requests.append(received)
                received = b""
                if not self.answers:
                    continue
                answer = self.answers.pop(0)
                if answer is None:
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(answer)
        except OSError:
            return


def length_of(head):
    """Return the Content-Length of a request."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def http(status, body=b"", *headers):
    """Write an answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def nobody_listening():
    """Yield an address where a connection is refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
