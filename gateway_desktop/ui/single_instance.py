"""One window for a data folder: a second start raises the first."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.services.actor import account_name

TRIES, WAIT_MS = 10, 200


class SingleInstance(QObject):
    """Connects before it listens, so that of two starts at once only one becomes the window."""

    raised = Signal()  # somebody started the program again

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._folder = data
        self._name = server_name(data)
        self._lock = QLockFile(str(data / "window.lock"))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._heard)

    def claim(self) -> bool:
        """Return whether this is the first; otherwise the first has been told to show itself."""
        for _ in range(TRIES):
            if self._call_first():
                return False
            if self._lock.tryLock(WAIT_MS):
                QLocalServer.removeServer(
                    self._name
                )  # left by one that was killed: the lock says that none runs
                return self._server.listen(self._name)
            if self._lock.error() is not QLockFile.LockError.LockFailedError:
                raise Unavailable(
                    f"The data folder {self._folder} cannot be written: the window keeps its lock there. "
                    "Let this account write it, or start with another folder: gateway-desktop --data DIR"
                )
        return False  # somebody holds the lock and does not answer: it is just starting, or hangs

    def release(self) -> None:
        self._server.close()
        self._lock.unlock()

    def _call_first(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(b"raise\n")
        socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return True

    @Slot()
    def _heard(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()


def server_name(data: Path) -> str:
    """Return a name for this user and data folder, short enough for a socket's path."""
    seed = f"{account_name()}\0{data.resolve()}".encode()
    return f"gateway-desktop-{hashlib.sha256(seed).hexdigest()[:16]}"
