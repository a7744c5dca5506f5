"""The reader threads: query-only connections that answer beside the writer, and can be interrupted."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, Concatenate, ParamSpec, TypeVar

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.store.database import Database
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.timings import Timings, name_of

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 3


class _Question:
    """A function, its Future, and the connection that works on it just now."""

    def __init__(self, name: str, work: Callable[[Database], Any]) -> None:
        self.name = name
        self.work = work
        self.future: Future[Any] = Future()
        self.stop: Callable[[], None] | None = None  # while a connection works on it
        self.interrupted = False


class Reader:
    """Answers questions in three threads, once the writer has opened and migrated the database."""

    def __init__(self, open_database: Callable[[], Database], ready: Future[None]) -> None:
        self._open_database = open_database
        self._ready = ready
        self.timings = Timings()
        self._queue: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._asked: dict[Future[Any], _Question] = {}
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"store-reader-{n}", daemon=True) for n in range(_THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run `function(database, ...)` in one read transaction: all it sees is of one moment."""
        question = _Question(name_of(function), lambda database: function(database, *args, **kwargs))
        with self._lock:
            if self._closed:
                raise Unavailable("The store is closed")
            self._asked[question.future] = question
            self._queue.put(question)
        return question.future

    def interrupt(self, future: Future[Any]) -> None:
        """Stop a question nobody waits for any more; its Future fails with CancelledError."""
        if future.cancel():
            return
        with self._lock:
            question = self._asked.get(future)
            if question is not None:
                question.interrupted = True
                if question.stop is not None:
                    question.stop()

    def close(self) -> None:
        """Stop running questions and end the threads."""
        with self._lock:
            self._closed = True
            waiting = list(self._asked)
        for future in waiting:
            self.interrupt(future)
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        database: Database | None = None
        try:
            while (question := self._queue.get()) is not None:
                if question.future.set_running_or_notify_cancel():
                    try:
                        database = database or self._opened()
                    except Exception as error:  # noqa: BLE001 - the Future carries it on
                        question.future.set_exception(error)
                    else:
                        self._answer(database, question)
                with self._lock:
                    self._asked.pop(question.future, None)
        finally:
            if database is not None:
                database.close()

    def _opened(self) -> Database:
        self._ready.result()
        database = self._open_database()
        try:
            database.connect(reuse_if_open=True)
        except Exception as error:
            if is_disk_failure(error):
                raise failure_of(error, database.where) from error
            raise
        bind(database, MODELS)
        return database

    def _answer(self, database: Database, question: _Question) -> None:
        began = time.perf_counter()
        try:
            result = self._asked_once(database, question)
        except Exception as error:  # noqa: BLE001 - the Future carries it on
            problem: BaseException = error
        else:
            question.future.set_result(result)
            return
        finally:
            self.timings.note(question.name, time.perf_counter() - began)
        if not question.interrupted and database.deserves_another_try(problem):
            try:
                question.future.set_result(self._asked_once(database, question))
            except Exception as error:  # noqa: BLE001 - the Future carries it on
                problem = error
            else:
                return
        if question.interrupted:
            problem = CancelledError("The question was interrupted")
        elif is_disk_failure(problem):
            problem = failure_of(problem, database.where)
        question.future.set_exception(problem)

    def _asked_once(self, database: Database, question: _Question) -> Any:
        try:
            with database.reading(lambda: question.interrupted) as stop:
                with self._lock:
                    question.stop = stop
                if question.interrupted:
                    raise CancelledError
                return question.work(database)
        finally:
            with self._lock:  # after this no interrupt can hit the connection's next question
                question.stop = None
