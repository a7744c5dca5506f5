"""WebAssembly that runs as machine code, by the C interface of Wasmtime: calls of half a microsecond.

Wasmtime's own Python is not used: it takes 30 µs for each call, 6 MB, and lets go of the interpreter's lock.
"""

import ctypes
import hashlib
import platform
import sys
import weakref
from ctypes import POINTER, byref, c_bool, c_char_p, c_size_t, c_void_p
from functools import cache
from importlib import metadata, util
from pathlib import Path

from gateway_desktop.inspection.patterns import SHELF

_LIBRARIES = {"linux": "_libwasmtime.so", "darwin": "_libwasmtime.dylib", "win32": "_wasmtime.dll"}
_MACHINES = {"AMD64": "x86_64", "arm64": "aarch64", "ARM64": "aarch64"}
_VALUE = 16  # bytes of an argument or result
_UNION = 8  # bytes before what an export is


class Unavailable(Exception):
    """There is no Wasmtime for this platform."""


class _Bytes(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("data", c_void_p)]

    def value(self) -> bytes:
        return ctypes.string_at(self.data, self.size) if self.data else b""


_FUNCTIONS = {
    "wasm_config_new": (c_void_p,),
    "wasmtime_config_parallel_compilation_set": (None, c_void_p, c_bool),
    "wasm_engine_new_with_config": (c_void_p, c_void_p),
    "wasm_byte_vec_delete": (None, POINTER(_Bytes)),
    "wasmtime_wat2wasm": (c_void_p, c_char_p, c_size_t, POINTER(_Bytes)),
    "wasmtime_module_new": (c_void_p, c_void_p, c_char_p, c_size_t, POINTER(c_void_p)),
    "wasmtime_module_serialize": (c_void_p, c_void_p, POINTER(_Bytes)),
    "wasmtime_module_deserialize": (c_void_p, c_void_p, c_char_p, c_size_t, POINTER(c_void_p)),
    "wasmtime_store_new": (c_void_p, c_void_p, c_void_p, c_void_p),
    "wasmtime_store_context": (c_void_p, c_void_p),
    "wasmtime_store_delete": (None, c_void_p),
    "wasmtime_instance_new": (
        c_void_p, c_void_p, c_void_p, c_void_p, c_size_t, c_void_p, POINTER(c_void_p),
    ),
    "wasmtime_instance_export_get": (c_bool, c_void_p, c_void_p, c_char_p, c_size_t, c_void_p),
    "wasmtime_memory_data": (c_void_p, c_void_p, c_void_p),
    "wasmtime_func_call_unchecked": (
        c_void_p, c_void_p, c_void_p, c_void_p, c_size_t, c_void_p,
    ),
    "wasmtime_error_message": (None, c_void_p, POINTER(_Bytes)),
    "wasmtime_error_delete": (None, c_void_p),
}  # fmt: skip


@cache
def _library() -> ctypes.PyDLL:
    """Return the library, whose calls keep the interpreter's lock: they are shorter than its handing over.

    Raises:
        Unavailable: there is none that fits.
    """
    found = util.find_spec("wasmtime")
    if found is None or found.origin is None or sys.platform not in _LIBRARIES:
        raise Unavailable("no Wasmtime is installed")
    machine = platform.machine()
    folder = Path(found.origin).parent / f"{sys.platform}-{_MACHINES.get(machine, machine)}"
    try:
        library = ctypes.PyDLL(str(folder / _LIBRARIES[sys.platform]))
        for name, (result, *arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise Unavailable(str(error)) from error
    return library


def _check(error: int | None) -> None:
    """Raise what Wasmtime complains of."""
    if error:
        said = _Bytes()
        _library().wasmtime_error_message(error, byref(said))
        _library().wasmtime_error_delete(error)
        raise ValueError(said.value().decode("utf-8", "replace"))


@cache
def _engine() -> int:
    library = _library()
    config = library.wasm_config_new()
    library.wasmtime_config_parallel_compilation_set(config, False)
    return int(library.wasm_engine_new_with_config(config))


@cache
def _module(code: str) -> int:
    """Return code in the text format for this processor, as it was kept or made anew; it stays for good."""
    library = _library()
    module = c_void_p()
    version = metadata.version("wasmtime")
    name = hashlib.sha256(f"{version} {platform.machine()}\n{code}".encode()).hexdigest()[:32]
    if kept := SHELF.take(name):
        error = library.wasmtime_module_deserialize(_engine(), kept, len(kept), byref(module))
        if not error:
            return int(module.value or 0)
        library.wasmtime_error_delete(error)  # of another processor
    text, binary, made = code.encode(), _Bytes(), _Bytes()
    _check(library.wasmtime_wat2wasm(text, len(text), byref(binary)))
    _check(library.wasmtime_module_new(_engine(), binary.value(), binary.size, byref(module)))
    _check(library.wasmtime_module_serialize(module, byref(made)))
    SHELF.keep(name, made.value())
    for some in (binary, made):
        library.wasm_byte_vec_delete(byref(some))
    return int(module.value or 0)


class Instance:
    """Code with a memory of its own, called by one thread at a time.

    Raises:
        Unavailable: Wasmtime cannot be had here.
    """

    def __init__(self, code: str) -> None:
        self._library = library = _library()
        module = _module(code)
        store = library.wasmtime_store_new(_engine(), None, None)
        # Not at the end of the program: a thread may still be at work, and all of it goes anyway.
        weakref.finalize(self, library.wasmtime_store_delete, store).atexit = False
        self._context = library.wasmtime_store_context(store)
        self._instance = ctypes.create_string_buffer(64)
        trap = c_void_p()
        _check(library.wasmtime_instance_new(self._context, module, None, 0, self._instance, byref(trap)))
        self.memory = int(library.wasmtime_memory_data(self._context, self._export("memory")))

    def _export(self, name: str) -> int:
        """Return the address of what an export is."""
        found = ctypes.create_string_buffer(64)
        said = name.encode()
        if not self._library.wasmtime_instance_export_get(
            self._context, self._instance, said, len(said), found
        ):
            raise ValueError(f"no {name}")
        setattr(self, f"_{name}", found)  # it lives as long as this
        return ctypes.addressof(found) + _UNION

    def function(self, name: str, values: int) -> "Function":
        """Return an exported function that has so many arguments, or results if they are more."""
        return Function(self, self._library, self._context, self._export(name), values)

    def view(self, place: int, size: int) -> memoryview:
        """Return bytes of the memory, not a copy."""
        return memoryview((ctypes.c_char * size).from_address(self.memory + place)).cast("B")


class Function:
    """A function of an instance. Arguments are put into `values`, where its results stand afterwards."""

    def __init__(
        self, instance: Instance, library: ctypes.PyDLL, context: int, function: int, values: int
    ) -> None:
        self._instance = instance  # which ends what it is called in
        self.values = ctypes.create_string_buffer(values * _VALUE)
        self._trap = c_void_p()
        self._call = library.wasmtime_func_call_unchecked
        place = ctypes.addressof(self.values)
        self._arguments = context, function, place, values, ctypes.addressof(self._trap)

    def __call__(self) -> None:
        """Call it, or raise ValueError: it went out of its memory."""
        _check(self._call(*self._arguments))
        if self._trap:
            raise ValueError("the code went out of its memory")
