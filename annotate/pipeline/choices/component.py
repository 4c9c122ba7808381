"""`span_choices`: fills in the choices of spans, as people have chosen for others.

No postponed annotations here: spaCy reads those of the factory at run time.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from annotate.pipeline.choices.features import span_features
from annotate.pipeline.choices.model import ChoiceModel, model_from_json
from annotate.pipeline.rules.lexicon import load_lexicon

_FILE = "choices.json"


class SpanChoices:
    """Writes the attribute `attributes` of the group `doc.spans[spans_key]`, parallel to it.

    What stands there already of other choices stays. A Doc without the group is left as it is.
    """

    def __init__(self, models: Sequence[ChoiceModel] = (), *, spans_key: str = "sc") -> None:
        self.spans_key = spans_key
        self.models = tuple(models)

    def __call__(self, doc: Doc) -> Doc:
        """Choose what is likeliest for every span of a label that was learned."""
        group = doc.spans.get(self.spans_key)
        if group is None or not self.models:
            return doc
        lexicon = load_lexicon()
        attributes = [dict(known) for known in group.attrs.get("attributes", [{}] * len(group))]
        for index, span in enumerate(group):
            models = [model for model in self.models if model.label == span.label_]
            features = span_features(doc, span.start, span.end, lexicon) if models else []
            for model in models:
                chances = model.chances(features)
                attributes[index][model.name] = [max(chances, key=lambda name: chances[name])]
        group.attrs["attributes"] = attributes
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return what was learned."""
        del exclude
        return json.dumps([model.to_json() for model in self.models]).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "SpanChoices":
        """Take what `to_bytes` returned."""
        del exclude
        self.models = tuple(model_from_json(value) for value in json.loads(data))
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what was learned into a directory."""
        directory = Path(path)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _FILE).write_bytes(self.to_bytes(exclude=exclude))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "SpanChoices":
        """Read what `to_disk` wrote."""
        return self.from_bytes((Path(path) / _FILE).read_bytes(), exclude=exclude)


@cache
def shipped_models() -> tuple[ChoiceModel, ...]:
    """Return what was learned from the sample corpus: types of sources, in English."""
    text = (resources.files(__package__) / "shipped.json").read_text("utf-8")
    values: list[dict[str, Any]] = json.loads(text)
    return tuple(model_from_json(value) for value in values)


@Language.factory(
    "span_choices",
    default_config={"spans_key": "sc"},
    requires=["doc.spans"],
    assigns=["doc.spans"],
)
def make_span_choices(nlp: Language, name: str, spans_key: str) -> SpanChoices:
    """Make the component with what is shipped; training replaces that."""
    del nlp, name
    return SpanChoices(shipped_models(), spans_key=spans_key)
