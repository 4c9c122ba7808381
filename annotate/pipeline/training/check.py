"""Whether a workspace's own config gives a network that can be trained, before it is.

spaCy's registry and schemas say what is wrong; here it is told where in the file that stands. Then
the network is made and taught two paragraphs, which tells sizes that do not fit each other.
"""

from __future__ import annotations

import inspect
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from spacy.language import DEFAULT_CONFIG, Language
from spacy.schemas import ConfigSchemaInit, ConfigSchemaNlp, ConfigSchemaTraining
from spacy.tokens import Doc, SpanGroup
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.util import load_config_from_str, load_model_from_config, registry
from thinc.api import Config, ConfigValidationError

from annotate.errors import AnnotateError
from annotate.pipeline.languages import blank
from annotate.pipeline.packages import package_hint
from annotate.pipeline.training.config import SPANS_KEY, Schedule, training_config
from annotate.pipeline.training.gpu import use_gpu
from annotate.pipeline.training.overrides import OWNED, ConfigOverrides
from annotate.pipeline.training.plan import TrainingPlan
from annotate.pipeline.training.shards import write_corpus
from annotate.pipeline.training.vectors import write_vectors

_TEXTS = ("Officials said the bridge may close.", "It rained, and nobody came.")
_SCHEDULE = Schedule(epochs=1, batch_words=1000, dropout=0.2)
_SCHEMAS = {"nlp": ConfigSchemaNlp, "training": ConfigSchemaTraining}
_WIDTHS = ("width", "hidden_width", "token_vector_width", "nO")
_OF_SIZES = re.compile(r"shape|dimension|align|width|size|broadcast", re.IGNORECASE)
_OURS = ("attribution_rules", "attribution_links", "span_choices")
_NO_PACKAGE = "install the package that brings it, or correct the name"


def check_network(plan: TrainingPlan) -> None:
    """Raise what would keep the plan's network from being trained; quick beside any training.

    `TrainingError` where the graphics card cannot be used, `WorkspaceError` with file, section, key
    and what was expected where `plan.overrides` says something that spaCy does not take, or gives a
    network whose parts do not fit each other.
    """
    use_gpu(plan.gpu_id)
    found = plan.overrides
    if found is None:
        return
    if plan.vectors and "initialize.vectors" in found.values():
        raise found.error(
            "training.vectors in annotate.yaml asks for vectors of one's own articles",
            section="initialize",
            key="vectors",
        )
    with tempfile.TemporaryDirectory() as directory:
        config = found.applied(_small_config(plan, Path(directory)))
        for name, block in config["components"].items():
            if name not in _OURS:
                _check_component(found, name, block)
        for name, schema in (*_SCHEMAS.items(), ("initialize", ConfigSchemaInit)):
            _check_section(found, name, config[name], schema)
        _try(found, config, plan)


def _small_config(plan: TrainingPlan, directory: Path) -> dict[str, Any]:
    nlp = blank(plan.language)
    docs: list[Doc] = [nlp.make_doc(text) for text in _TEXTS]
    for doc in docs:
        doc.spans[SPANS_KEY] = SpanGroup(
            doc, name=SPANS_KEY, spans=[], attrs={"labels": list(plan.labels)}
        )
    corpus = write_corpus(docs, directory / "some.spacy")
    vectors = directory / "vectors" if plan.vectors else None
    if vectors is not None:
        write_vectors([" ".join(_TEXTS * 3)], vectors, language=plan.language)
    return training_config(
        labels=plan.labels,
        nested_labels=(),
        schedule=_SCHEDULE,
        steps_per_epoch=1,
        train=corpus,
        dev=corpus,
        seed=plan.seed,
        language=plan.language,
        lexicons=plan.lexicons,
        vectors=vectors,
    )


def _check_component(found: ConfigOverrides, name: str, block: Mapping[str, Any]) -> None:
    section = f"components.{name}"
    factory = block.get("factory")
    if factory is None:  # from another pipeline, which has been made already
        return
    if not Language.has_factory(factory):
        raise found.error(
            f"no component factory {factory!r} is registered",
            section=section,
            key="factory",
            hint=package_hint(str(factory)) or _NO_PACKAGE,
        )
    internal = Language.get_factory_name(factory)
    defaults = Language.get_factory_meta(factory).default_config
    given = {key: value for key, value in block.items() if key != "factory"}
    filled = Config(defaults).merge(given)
    _check_blocks(found, section, filled)
    whole = {**filled, "@factories": internal, "nlp": blank(), "name": name}
    _check_arguments(found, section, whole, without=("nlp", "name"))


def _check_section(
    found: ConfigOverrides, name: str, block: Mapping[str, Any], schema: Any
) -> None:
    """Hold a section to spaCy's schema, and first of all the blocks in it."""
    filled = {**Config(DEFAULT_CONFIG)[name], **block}
    for key in filled:
        if key not in schema.model_fields:
            _tell(
                found, name, [{"loc": (key,), "type": "extra_forbidden", "msg": ""}],
                schema.model_fields,
            )  # fmt: skip
    _check_blocks(found, name, filled)
    plain = {key: value for key, value in filled.items() if not registry.is_promise(value)}
    try:
        schema.model_validate(plain)
    except ValueError as error:
        problems: Any = getattr(error, "errors", list)()
        _tell(found, name, [p for p in problems if p["type"] != "missing"], schema.model_fields)


def _check_blocks(found: ConfigOverrides, section: str, block: Mapping[str, Any]) -> None:
    """Check every block below `section` that names a registered function, the innermost first."""
    for place, inner in _nested(section, block):
        if registry.is_promise(inner):
            _check_arguments(found, place, inner)


def _nested(section: str, block: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in block.items():
        if isinstance(value, dict):
            yield from _nested(f"{section}.{key}", value)
            yield f"{section}.{key}", value


def _check_arguments(
    found: ConfigOverrides, section: str, block: Mapping[str, Any], *, without: Sequence[str] = ()
) -> None:
    try:
        name, function = registry.get_constructor(dict(block))
    except ConfigValidationError as error:
        raise found.error(_first(error), section=section) from None
    try:
        maker: Callable[..., Any] = registry.get(name, function)
    except (ValueError, ImportError):
        raise found.error(
            f"no function {function!r} is registered",
            section=section,
            key=f"@{name}",
            hint=package_hint(function) or _NO_PACKAGE,
        ) from None
    known = [key for key in inspect.signature(maker).parameters if key not in without]
    # What is nested was checked before, and stands here for itself.
    try:
        registry.fill({section: dict(block)})
    except ConfigValidationError as error:
        _tell(found, section, error.errors or [], known, first=_first(error))


def _tell(
    found: ConfigOverrides,
    section: str,
    problems: Sequence[Mapping[str, Any]],
    known: Any,
    *,
    first: str = "",
) -> None:
    """Raise the first of the problems that spaCy found: unknown keys, then types, then gaps."""
    names = ", ".join(sorted(key for key in known if f"{section}.{key}" not in OWNED))
    told: list[tuple[int, str, str]] = []
    for problem in problems:
        place = [str(part) for part in problem.get("loc", ())]
        key = place[-1] if len(place) == 1 or place[0] == section else place[0]
        what = str(problem["msg"])
        if "unexpected" in what or problem.get("type") == "extra_forbidden":
            told.append((0, key, f"unknown key; expected one of: {names}"))
        elif "missing" in what:
            told.append((2, key, f"is missing; expected are: {names}"))
        else:
            told.append((1, key, _expected(what)))
    if told:
        _, key, what = min(told, key=lambda one: one[0])
        raise found.error(what, section=section, key=key)
    if first:
        raise found.error(first, section=section)


def _try(found: ConfigOverrides, config: dict[str, Any], plan: TrainingPlan) -> None:
    """Make the network, teach it two paragraphs, and let it predict."""
    try:
        nlp = init_nlp(load_config_from_str(Config(config).to_str()), use_gpu=plan.gpu_id)
        training = registry.resolve(nlp.config["training"], schema=ConfigSchemaTraining)
        examples = [
            Example.from_dict(nlp.make_doc(text), {"spans": {SPANS_KEY: []}}) for text in _TEXTS
        ]
        nlp.update(
            examples,
            drop=0.1,
            sgd=training["optimizer"],
            exclude=training["frozen_components"],
            annotates=training["annotating_components"],
        )
        list(nlp.pipe(_TEXTS))
    except AnnotateError:
        raise
    except ConfigValidationError as error:
        section = str(error.title or "").partition("[")[2].partition("]")[0]
        if section and error.parent:
            section += f".{error.parent}"
        known = _settings(config, str(error.parent)) if error.parent else ()
        _tell(found, section, error.errors or [], known, first=_first(error))
    except Exception as error:  # noqa: BLE001 - whatever layers of other packages raise
        _cannot_be_made(found, config, error)


def _settings(config: dict[str, Any], name: str) -> list[str]:
    """Return what a component can be initialised with."""
    nlp = load_model_from_config(load_config_from_str(Config(config).to_str()), auto_fill=True)
    pipe: Any = nlp.get_pipe(name)
    known = inspect.signature(pipe.initialize).parameters
    return [key for key in known if key not in ("get_examples", "nlp")]


def _cannot_be_made(found: ConfigOverrides, config: dict[str, Any], error: Exception) -> NoReturn:
    """Blame the value that the error repeats, or else a size where it speaks of sizes."""
    said = _first(error)
    values = {name: _at(config, name) for name in found.values()}
    named = [
        name
        for name, value in values.items()
        if isinstance(value, str) and set(value) & set("/.") and value in said
    ]
    sized = bool(_OF_SIZES.search(said))
    widths = [key for key in values if sized and key.rpartition(".")[2] in _WIDTHS]
    changed = [key for key in values if key.startswith("components.")]
    section, _, key = (named or widths or changed or [""])[0].rpartition(".")
    sizes = [
        f"{place}.{name} = {block[name]}"
        for place, block in _nested("components", config["components"])
        for name in _WIDTHS
        if isinstance(block.get(name), int)
    ]
    raise found.error(
        f"no network comes of this: {said}",
        section=section,
        key=key if named or widths else "",
        hint=f"sizes that have to fit each other: {', '.join(sizes)}" if sized else None,
    ) from error


def _at(config: dict[str, Any], name: str) -> Any:
    """Return the value of a section and key, joined by dots."""
    node: Any = config
    for part in name.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _expected(what: str) -> str:
    """Return what spaCy says of a wrong type, as what was expected."""
    told = re.fullmatch(r"at root: (.+) is not (?:<class '(.+)'>|(.+))", what)
    return what if told is None else f"expected {told[2] or told[3]}, not {told[1]}"


def _first(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines)[:300] if lines else type(error).__name__
