"""Runs Tiltfiles on the published package ``starlark-pyo3``. Nothing else here imports it.

The interpreter is starlark-rust; a Tiltfile is written for starlark-go. Two things close the gap: the
source is rewritten before it is parsed (`rewrite`), and a frozen prelude (``prelude/*.star``) stands in
for the built-in functions that differ; only what a file mentions of it is evaluated (`_pieces`). Every
built-in of a plugin is a function of generated Starlark that hands its arguments to Python as one text
(`_crossing`).

An exception cannot pass through the interpreter, which keeps only its text. So a callable notes what
was raised and raises a marker; when the evaluation ends, the note says what really happened.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import starlark

from tiltfile_ext.starkit import _text
from tiltfile_ext.starkit._callbacks import CALLBACKS
from tiltfile_ext.starkit._crossing import ANSWER_NONE, Crossing
from tiltfile_ext.starkit._errors import (
    BuiltinError,
    EvaluationError,
    ExitRequest,
    Frame,
    Position,
    StaticError,
    TiltfileError,
)
from tiltfile_ext.starkit._kept import Exported, Kept
from tiltfile_ext.starkit._odd_names import ascii_name, written_name
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.starkit._pieces import Selection, select
from tiltfile_ext.starkit._prelude import (
    HELPERS,
    INTERNAL,
    UNIVERSE_FUNCTIONS,
    Plan,
    load_statement,
    method_texts,
)
from tiltfile_ext.starkit._prelude_table import TABLE
from tiltfile_ext.starkit._static import static_error
from tiltfile_ext.starkit._stray_bytes import inward, outward
from tiltfile_ext.starkit._traceback import Tracebacks
from tiltfile_ext.starkit._types import Function, StarlarkValue
from tiltfile_ext.starkit.rewrite import Source, dotted, rewrite

if TYPE_CHECKING:
    from tiltfile_ext.starkit._contract import EngineBuiltin, EngineHost

#: calls in progress at once. The interpreter would crash at about 7 000 on a stack of 8 MB.
MAX_CALLS = 6000

_EXTENSION = starlark.LibraryExtension
_FILE_GLOBALS = starlark.Globals.standard()
_PRELUDE_GLOBALS = starlark.Globals.extended_by(
    [_EXTENSION.StructType, _EXTENSION.CallStack, _EXTENSION.Json]
)


def _dialect() -> starlark.Dialect:
    dialect = starlark.Dialect.extended()
    dialect.enable_types = starlark.DialectTypes.DISABLE
    dialect.enable_f_strings = False
    dialect.enable_load_reexport = False
    dialect.enable_keyword_only_arguments = True
    dialect.enable_positional_only_arguments = False
    return dialect


_DIALECT = _dialect()
_PRELUDE_DIALECT = _dialect()
_PRELUDE_DIALECT.enable_positional_only_arguments = True

_WORD = pattern(r"[A-Za-z_]\w*", re.ASCII)
#: characters of a file whose words take longer to find than all names to bind
_LONG = 60_000
#: places of calls that are remembered; calls in a loop have one
_MOST_LOCATED = 1000

#: what the interpreter says of a signal that arrives while a function of `_text` runs
_STOPPED = pattern(r"^error: (?:KeyboardInterrupt|SystemExit: (\d+))", re.MULTILINE)

#: names that no plan lists
_ALWAYS = ("None", "True", "False", "__file__", "__name__")

#: evaluated in every module once its file has run
_EPILOGUE = """
def tilt_export_all(number): return tilt_export(tilt_exports, number)
def tilt_run_export(name, text, refs): return tilt_run(tilt_exports[name], text, refs)
"""
_KEPT_EPILOGUE = """
def tilt_run_kept(place, text, refs): return tilt_run(tilt_kept[place], text, refs)
"""


class _StoppedError(Exception):
    """What a callable raises into the interpreter, in place of the exception that the session noted."""


class _Current(threading.local):
    """The session whose evaluation is innermost on this thread."""

    session: Session


_current = _Current()


def _check() -> bool:
    """Let the host stop the evaluation.

    A method of the session would do, too, but the interpreter would hold it, and neither ever be freed.
    """
    _current.session.host.check()
    return False


def _callback(function: Callable[..., object]) -> Callable[..., object]:
    """*function* of a session and more, as the prelude may call it."""

    def call(*args: object) -> object:
        session = _current.session
        try:
            return function(session, *args)
        except BaseException as error:  # noqa: BLE001  # it comes out again in `Session._failure`
            session.note("", error)

    return call


def _evaluate(module: starlark.Module, name: str, text: str) -> None:
    starlark.eval(module, starlark.parse(name, text, _PRELUDE_DIALECT), _PRELUDE_GLOBALS, _LOADER)


def _load(name: str) -> starlark.FrozenModule:
    """What the interpreter asks for when it meets a load statement."""
    if name.startswith(_CORE):
        return _core.modules[int(name[len(_CORE) :])]
    session = _current.session
    try:
        return session.loaded(outward(name))
    except BaseException as error:  # noqa: BLE001  # as in `_callback`
        session.note("", error)


_LOADER = starlark.FileLoader(_load)
_CORE = INTERNAL + "core "


class _Core:
    """The prelude, as far as it has been mentioned; shared by the whole process.

    Attributes:
        modules: what was evaluated together, in the order that it was first mentioned.
    """

    def __init__(self) -> None:
        self.modules: list[starlark.FrozenModule] = []
        self._homes: dict[str, str] = {}
        self._lock = threading.Lock()

    @cached_property
    def _callables(self) -> dict[str, Callable[..., object]]:
        own = {name: _callback(method) for name, method in CALLBACKS.items()}
        texts = {f"py_{name}": function for name, function in _text.FUNCTIONS.items()}
        return {**own, **texts, "py_unique": lambda: starlark.OpaquePythonObject(object())}

    def loads(self, names: Collection[str]) -> str:
        """Load statements for those of *names* that the prelude defines."""
        with self._lock:
            if any(name not in self._homes and name in TABLE for name in names):
                self._make(select(names, self._homes))
            return self._statements(names)

    def _make(self, selection: Selection) -> None:
        module = starlark.Module()
        for name in selection.mentioned & self._callables.keys():
            module.add_callable(name, self._callables[name])
        _evaluate(module, "@plumbing", self._statements(selection.mentioned))
        for file, text in selection.texts():
            _evaluate(module, file, text)
        frozen = module.freeze()
        self._homes.update(dict.fromkeys(selection.names, f"core {len(self.modules)}"))
        self.modules.append(frozen)

    def _statements(self, names: Collection[str]) -> str:
        homes: dict[str, list[str]] = {}
        for name in names:
            if name in self._homes:
                homes.setdefault(self._homes[name], []).append(name)
        return "".join(load_statement(home, found) for home, found in homes.items())


_core = _Core()


def _evaluate_all(module: starlark.Module, texts: Iterable[tuple[str, str]]) -> None:
    """Evaluate generated *texts*, (name, text), with what of the prelude they call."""
    texts = list(texts)
    words = {word for _, text in texts for word in _WORD.findall(text)}
    loads = _core.loads([word for word in words if word.startswith(("tilt_", "native_"))])
    for name, text in texts:
        _evaluate(module, name, loads + text)
        loads = ""


class _Once:
    """A module made when first asked for, and then shared by the whole process."""

    def __init__(self, build: Callable[[], starlark.FrozenModule]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._module: starlark.FrozenModule | None = None

    def __call__(self) -> starlark.FrozenModule:
        if self._module is None:
            with self._lock:
                if self._module is None:
                    self._module = self._build()
        return self._module


def _build_methods() -> starlark.FrozenModule:
    module = starlark.Module()
    _evaluate_all(module, method_texts())
    return module.freeze()


_methods = _Once(_build_methods)
_METHOD_PROLOGUE = starlark.parse("@prologue", load_statement("methods", ("tilt_method",)), _DIALECT)


class Universe:
    """The names that every file of a load may use; shared by loads and threads.

    A function is made, and frozen, when a file first mentions it: most files use few of them.
    """

    def __init__(self, builtins: Mapping[str, EngineBuiltin], values: Collection[str]) -> None:
        """Args: builtins: dotted name to function; values: dotted names that each host gives a value."""
        self._plan = Plan(builtins, values)
        self._own = self._plan.names
        self._core = [name for name in (*UNIVERSE_FUNCTIONS, *HELPERS) if name not in self._own]
        self.calls = {name: _bound(builtin) for name, builtin in builtins.items()}
        self.names = frozenset((*self._core, *self._own, *_ALWAYS))
        self.builtin_names = frozenset(builtins)
        self.shared: list[starlark.FrozenModule] = []
        self._homes: dict[str, str] = {}
        self._lock = threading.Lock()

    def _prepare(self, names: Collection[str]) -> None:
        """Make the functions of *names* that no file has mentioned before."""
        with self._lock:
            missing = [name for name in names if name not in self._homes]
            if missing:
                self.shared.append(self._freeze_functions(missing))
                self._homes.update(dict.fromkeys(missing, f"shared {len(self.shared) - 1}"))

    def _freeze_functions(self, names: Collection[str]) -> starlark.FrozenModule:
        module = starlark.Module()
        calls = list(self.calls.values())
        for number in self._plan.numbers(names):
            module.add_callable(f"tilt_b{number}", calls[number])
        _evaluate_all(module, self._plan.shared_texts(names))
        return module.freeze()

    def varying(self, name: str) -> starlark.FrozenModule:
        """The value, or the namespace that holds values, of the current load."""
        module = starlark.Module()
        _evaluate_all(module, [("@varying", self._plan.varying_text(name, self._homes[name]))])
        return module.freeze()

    def new_module(self, text: str) -> starlark.Module:
        """A module for a file; every name that its *text* mentions is bound, and may be bound again."""
        words = self.names if len(text) > _LONG else set(_WORD.findall(text))
        names = [name for name in self._own if name in words]
        self._prepare(names)
        prologue = _core.loads([name for name in self._core if name in words])
        for name in names:
            prologue += load_statement(
                f"varying {name}" if self._plan.varies(name) else self._homes[name], [name]
            )
        module = starlark.Module()
        starlark.eval(module, starlark.parse("@prologue", prologue, _DIALECT), _FILE_GLOBALS, _LOADER)
        return module


def _bound(builtin: EngineBuiltin) -> Callable[..., object]:
    """*builtin* as its function in the prelude calls it: with text, and objects beside it."""
    name, invoke = builtin.name, builtin.invoke

    def call(text: str | None = None, *refs: object) -> object:
        session = _current.session
        try:
            if text is None:
                result = invoke(session.host, (), {})
            else:
                result = invoke(session.host, *session.crossing.arguments(text, refs))
            return ANSWER_NONE if result is None else session.answer(result)
        except BaseException as error:  # noqa: BLE001  # as in `_callback`
            session.note(name, error)

    return call


class LoadedGlobals(StarlarkValue):
    """What ``load_dynamic`` returns: the globals of a file, which a Tiltfile sees as a dict."""

    starlark_type = "dict"
    go_type = "*starlark.Dict"

    def __init__(self, number: int, module: starlark.FrozenModule) -> None:
        self.number = number
        self.module = module


class Session:
    """One load: executes files, keeps the modules.

    Attributes:
        exited: whether a file called ``exit()``.
        executed: paths of the files executed, in order, each once.
    """

    def __init__(self, universe: Universe, host: EngineHost) -> None:
        self.host = host
        self.exited = False
        self.executed: list[str] = []
        self.crossing = Crossing(starlark.OpaquePythonObject, self._function, host.environ)
        self._universe = universe
        self._options = starlark.EvalOptions(check_cancelled=_check, max_callstack_size=MAX_CALLS)
        self._varying: dict[str, starlark.FrozenModule] = {}
        self._sources: dict[str, Source] = {}
        self._tracebacks = Tracebacks(self._sources, universe.names)
        self._files: dict[str, starlark.FrozenModule | BaseException | None] = {}
        self._noted: tuple[str, BaseException] | None = None
        self._dynamic: list[LoadedGlobals] = []
        self._dynamic_files: dict[int, LoadedGlobals] = {}
        self._calls = ""
        self._located_calls: dict[str, Position | None] = {}
        self._kept: list[Kept] = []

    # ---- entry points ---------------------------------------------------------------------------

    def run(self, path: str) -> None:
        """Execute the main file."""
        with self._active():
            try:
                self._file(path, "__main__")
            except ExitRequest:
                self.exited = True
            except BuiltinError as error:
                raise TiltfileError(str(error)) from None

    def include(self, spec: str) -> None:
        """Execute the file *spec*, unless it has been. For the body of the built-in."""
        self._resolved(spec)

    def load_dynamic(self, spec: str) -> object:
        """The globals of the file *spec*. For the body of the built-in."""
        globals_ = LoadedGlobals(len(self._dynamic), self._resolved(spec))
        self._dynamic.append(globals_)
        return globals_

    @contextmanager
    def _active(self) -> Iterator[None]:
        outer = getattr(_current, "session", None)
        _current.session = self
        try:
            yield
        finally:
            if outer is None:
                del _current.session
            else:
                _current.session = outer

    # ---- files ----------------------------------------------------------------------------------

    def loaded(self, name: str) -> starlark.FrozenModule:
        """The module for a load statement."""
        if name.startswith(INTERNAL):
            return self._internal(name[len(INTERNAL) :])
        try:
            return self._resolved(name)
        except StaticError as error:
            raise BuiltinError(f"cannot load {name}: {error}") from None
        except BuiltinError as error:
            raise BuiltinError(f"cannot load {name}: {error}") from None

    def _internal(self, name: str) -> starlark.FrozenModule:
        kind, _, which = name.partition(" ")
        if kind == "methods":
            return _methods()
        if kind == "shared":
            return self._universe.shared[int(which)]
        if kind == "dynamic":
            return self._dynamic_files.pop(int(which)).module
        if which not in self._varying:
            self._varying[which] = self._universe.varying(which)
        return self._varying[which]

    def _resolved(self, spec: str) -> starlark.FrozenModule:
        path = self.host.resolve(spec)
        return self._file(path, os.path.basename(path))

    def _file(self, path: str, name: str) -> starlark.FrozenModule:
        """The module of *path*, executed if this is the first time."""
        if path in self._files:
            known = self._files[path]
            if known is None:
                raise BuiltinError(f"Circular load: {path}")
            if isinstance(known, BaseException):
                raise known
            return known
        self._files[path] = None
        try:
            self._files[path] = module = self._execute(path, name)
        except BaseException as error:
            self._files[path] = error
            raise
        return module

    def _execute(self, path: str, name: str) -> starlark.FrozenModule:
        source = self._sources[path] = rewrite(self.host.read_source(path), path, self._universe)
        if source.suspicious or not source.is_parsed:
            fault = static_error(source, self._universe.names)
            if fault is not None:
                raise fault
        ast = self._parse(source)
        module = self._universe.new_module(source.text)
        module["__file__"] = inward(path)
        module["__name__"] = inward(name)
        if source.binds_methods:
            starlark.eval(module, _METHOD_PROLOGUE, _FILE_GLOBALS, _LOADER)
        if source.keeps:
            module["tilt_kept"], module["tilt_file"] = [], inward(path)
        failure = self._evaluate(source, module, ast)
        if failure is not None and not isinstance(failure, ExitRequest):
            raise failure
        self._add_exports(source, module, complete=failure is None)
        frozen = module.freeze()
        self._freeze_kept(path, frozen)
        if failure is not None:
            raise failure
        return frozen

    @staticmethod
    def _add_exports(source: Source, module: starlark.Module, *, complete: bool) -> None:
        """Let load_dynamic and kept functions reach into the module."""
        table = ", ".join(
            f"{name!r}: {spelt}"
            for name, spelt, sure in source.globals()
            if (sure and complete) or _is_bound(module, spelt)
        )
        text = _core.loads(("tilt_run", "tilt_export")) + f"tilt_exports = {{{table}}}\n" + _EPILOGUE
        if source.keeps:
            text += _KEPT_EPILOGUE
        starlark.eval(module, starlark.parse("@epilogue", text, _DIALECT), _FILE_GLOBALS, _LOADER)

    def _parse(self, source: Source) -> starlark.AstModule:
        try:
            return starlark.parse(inward(source.path), source.text, _DIALECT)
        except starlark.StarlarkError as error:
            text = written_name(outward(str(error)))
        raise self._tracebacks.static(source, text)

    def _evaluate(
        self, source: Source, module: starlark.Module, ast: starlark.AstModule
    ) -> BaseException | None:
        """What went wrong, if anything did."""
        self.host.executing.append(source.path)
        self.executed.append(source.path)
        try:
            if source.is_stepped:
                self._step(source, module)
            else:
                starlark.eval_with(self._options, module, ast, _FILE_GLOBALS, _LOADER)
        except BaseException as error:  # noqa: BLE001  # it is raised again, or what it stands for
            return self._failure(error, source, module)
        finally:
            self.host.executing.pop()
        return None

    def _step(self, source: Source, module: starlark.Module) -> None:
        """Run the file in parts."""
        from tiltfile_ext.starkit._steps import Steps  # seldom needed

        def execute(text: str) -> None:
            self.host.check()
            ast = starlark.parse(inward(source.path), text, _DIALECT)
            starlark.eval_with(self._options, module, ast, _FILE_GLOBALS, _LOADER)

        Steps(source, execute, module.__getitem__).run()

    # ---- failures -------------------------------------------------------------------------------

    def note(self, builtin: str, error: BaseException) -> NoReturn:
        """Remember that *builtin* raised *error*, and tell the interpreter to stop."""
        if self._noted is None:
            self._noted = (builtin, error)
        raise _StoppedError("!") from None

    def _failure(
        self, error: BaseException, source: Source | None = None, module: starlark.Module | None = None
    ) -> BaseException:
        noted, self._noted = self._noted, None
        if type(error).__name__ == "PanicException":
            return EvaluationError((), f"the interpreter gave up: {error}")  # out of memory, for one
        if not isinstance(error, starlark.StarlarkError):
            return error  # raised by the host's check
        text = written_name(outward(str(error)))
        if noted is None:
            stopped = _STOPPED.search(text)
            if stopped:
                return SystemExit(int(stopped[1])) if stopped[1] else KeyboardInterrupt()
            return self._tracebacks.error(source, text, self._prober(source, module))
        builtin, cause = noted
        return self._located(text, builtin, cause)

    def _located(self, text: str, builtin: str, cause: BaseException) -> BaseException:
        """*cause*, raised by *builtin*, with where it was called."""
        tracebacks = self._tracebacks
        match cause:
            case EvaluationError():
                via = (Frame(None, builtin),) if builtin else ()
                frames = (*tracebacks.frames(text), *via, *cause.frames)
                return EvaluationError(frames, cause.message, cause.builtin, cause.excerpt)
            case TiltfileError():
                return tracebacks.builtin_error(text, builtin, str(cause), cause.excerpt)
            case BuiltinError():
                return tracebacks.builtin_error(text, builtin, str(cause))
            case MemoryError():
                return tracebacks.builtin_error(text, builtin, "there is not enough memory")
            case RecursionError():
                return tracebacks.builtin_error(text, builtin, "value is nested too deeply")
            case Exception() if builtin:
                _add_note(cause, f"while calling {builtin} at {tracebacks.place(text)}")
        return cause

    @staticmethod
    def _prober(source: Source | None, module: starlark.Module | None) -> Callable[[str, Any], Any]:
        """Calls a function on a global variable once the file has failed."""

        def probe(function: str, node: Any) -> Any:
            name = dotted(node) if node is not None else ""
            if not name or source is None or module is None or not source.is_global(node):
                return None
            text = f"{_core.loads((function,))}{function}({ascii_name(name)})\n"
            try:
                ast = starlark.parse("@probe", text, _DIALECT)
                return starlark.eval(module, ast, _FILE_GLOBALS, _LOADER)
            except starlark.StarlarkError:
                return None

        return probe

    # ---- crossing -------------------------------------------------------------------------------

    def answer(self, value: object) -> object:
        """*value* as the prelude reads it."""
        if isinstance(value, LoadedGlobals):
            return self._across(value.module.call("tilt_export_all", value.number))
        return self.crossing.answer(value)

    def _across(self, answer: Any) -> list[object]:
        """What one file's epilogue answers, on its way into another file."""
        return [answer[0], *self.crossing.rewrap(answer[1:]), None]

    def run_export(self, number: int, name: str, text: str, refs: Sequence[object]) -> object:
        """Call the function *name* of the file that load_dynamic gave *number* to."""
        module = self._dynamic[number].module
        arguments = (name, text, self.crossing.rewrap(refs))
        return self._across(_call_frozen(module, self._options, "tilt_run_export", arguments))

    def _function(self, name: str, builtin: bool, qualified: str) -> Function:
        function = Function(name, builtin=builtin)
        if builtin:
            return function
        qualified = written_name(outward(qualified))
        kept = next((each for each in self._kept if each.awaits(qualified)), None)
        if kept is not None:
            kept.give(function)
            return function
        path, _, name = qualified.rpartition(".")
        function.parameters = self._sources[path].parameters(name) if path in self._sources else None
        function.call = Exported(self, path, name).call
        return function

    def keep(self, path: str, place: int, number: int, qualified: str) -> bool:
        """Note that the file at *path* keeps a function at *place*; say whether it still can."""
        live = self._files.get(path, self) is None
        if live:
            self._kept.append(Kept(self, self._sources[path], place, qualified, number))
        return live

    def load_next_dynamic(self, number: int, text: str | None, refs: Sequence[object]) -> None:
        """Call the built-in load_dynamic; the load statement *number* will ask for the file."""
        before = len(self._dynamic)
        self._universe.calls["load_dynamic"](text, *refs)
        if len(self._dynamic) > before:
            self._dynamic_files[number] = self._dynamic[before]

    def locate_call(self, text: str) -> None:
        """Tell the host where the innermost call of a file was made; *text* lists the calls in progress."""
        self._calls = text
        if text not in self._located_calls:
            if len(self._located_calls) >= _MOST_LOCATED:
                self._located_calls.clear()
            self._located_calls[text] = self._tracebacks.innermost(written_name(outward(text)))
        self.host.call_position = self._located_calls[text]

    def _freeze_kept(self, path: str, module: starlark.FrozenModule) -> None:
        for kept in self._kept:
            if kept.path == path:
                kept.module = module

    def module_of(self, path: str) -> starlark.FrozenModule | None:
        """The frozen module of the file at *path*."""
        module = self._files.get(path)
        return module if isinstance(module, starlark.FrozenModule) else None

    def call_frames(self) -> tuple[Frame, ...]:
        """The calls that led to the running built-in, if it is ``positioned``; its own is not among them."""
        return self._tracebacks.frames(written_name(outward(self._calls)))

    def call_frozen(self, module: starlark.FrozenModule, name: str, *args: object) -> object:
        """Call a function of an epilogue, with what it raises located."""
        failure: BaseException
        with self._active():
            try:
                return _call_frozen(module, self._options, name, args)
            except BaseException as error:  # noqa: BLE001  # as in `_evaluate`
                failure = self._failure(error)
        raise failure


def _call_frozen(
    module: starlark.FrozenModule, options: starlark.EvalOptions, name: str, args: tuple[object, ...]
) -> object:
    """Call a function of a frozen module."""
    return module.call_with(options, name, *args).value


def _is_bound(module: starlark.Module, name: str) -> bool:
    """Whether the file has bound *name*."""
    try:
        starlark.eval(module, starlark.parse("@bound", f"{name}\nNone\n", _DIALECT), _FILE_GLOBALS, _LOADER)
    except starlark.StarlarkError:
        return False
    return True


def _add_note(error: BaseException, note: str) -> None:
    if hasattr(error, "add_note"):
        error.add_note(note)
