"""Lines of an export, read into records and written from them: today's code and three libraries.

    python benchmarks/json_lines.py

2,000 lines built from the sample corpus, in memory, in turns, the best of seven rounds. Every way
of reading ends with the same records, made with all their checks; every way of writing begins with
them. `structs` and `models` declare the line's form to the library, which then checks the types.
"""

import json
import time

import msgspec
import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter

from annotate.exports.lines import ExportedArticle, line_from_json, line_to_json
from annotate.jsonl import dumps
from annotate.labels import parse_label_config
from annotate.records import Annotation, Article, Link, Span
from annotate.samples import sample_articles
from annotate.workflow.state.init import label_config_template

LINES = 2000
ROUNDS = 7


def lines():
    names = parse_label_config(label_config_template("claims.xml")).all_names
    samples = sample_articles()
    made = []
    for n in range(LINES):
        sample = samples[n % len(samples)]
        article = sample.article
        annotation = sample.annotation(
            annotator="annotator-0c4a6ee616", annotation_id=str(n), all_names=names
        )
        fields = {name: getattr(article, name) for name in ("title", "outlet", "url", "published")}
        named = Article(
            article_id=f"{article.article_id}#{n}", text=article.text, meta=article.meta, **fields
        )
        made.append(
            ExportedArticle(
                article=named,
                annotations=(
                    Annotation(
                        article_id=named.article_id,
                        text_sha256=named.text_sha256,
                        spans=annotation.spans,
                        links=annotation.links,
                        labels=annotation.labels,
                        annotator=annotation.annotator,
                        annotation_id=annotation.annotation_id,
                        created_at="2024-05-02T10:00:00.000000Z",
                        updated_at="2024-05-02T10:04:00.000000Z",
                        lead_time=213.4,
                        prediction_shown="rules-44b733d6ec20",
                        extra=({"type": "textarea", "value": {"text": ["“?”"]}},),
                    ),
                ),
                group=named.article_id,
                split="train",
                blind=False,
                tasks=(n,),
            )
        )
    return made


def declare(base, **settings):
    """Return the classes of a line, for a base class of either library."""

    class SpanForm(base, **settings):
        id: str
        start: int
        end: int
        label: str
        attributes: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - both libraries copy it

    class LinkForm(base, **settings):
        head: str
        tail: str
        label: str

    class AnnotationForm(base, **settings):
        annotation_id: str
        annotator: str
        created_at: str | None
        updated_at: str | None
        lead_time: float | None
        prediction_shown: str | None
        ground_truth: bool
        labels: tuple[str, ...]
        spans: list[SpanForm]
        links: list[LinkForm]
        extra: tuple[dict, ...]

    class LineForm(base, **settings):
        article_id: str
        text: str
        text_sha256: str
        title: str | None
        outlet: str | None
        url: str | None
        published: str | None
        meta: dict
        group: str
        split: str
        blind: bool
        corpus: str | None
        tasks: tuple[int, ...]
        skipped: int
        annotations: list[AnnotationForm]

    return LineForm, AnnotationForm, SpanForm, LinkForm


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)


STRUCTS = declare(msgspec.Struct, omit_defaults=True)
MODELS = declare(Strict)
PLAIN = "annotation_id annotator created_at updated_at lead_time prediction_shown ground_truth"
FIELDS = "title outlet url published meta"
PLACE = "group split blind corpus tasks skipped"


def get(form, names):
    return {name: getattr(form, name) for name in names.split()}


def record(form):
    """Return the record of a declared line; its types are right, all else is checked as ever."""
    article = Article(article_id=form.article_id, text=form.text, **get(form, FIELDS))
    if form.text_sha256 != article.text_sha256:
        raise ValueError("the text was changed")
    annotations = tuple(
        Annotation(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            spans=tuple(
                Span(id=s.id, start=s.start, end=s.end, label=s.label, attributes=s.attributes)
                for s in a.spans
            ),
            links=tuple(Link(head_id=k.head, tail_id=k.tail, label=k.label) for k in a.links),
            labels=a.labels,
            extra=a.extra,
            **get(a, PLAIN),
        )
        for a in form.annotations
    )
    return ExportedArticle(article=article, annotations=annotations, **get(form, PLACE))


def declared(line, forms):
    line_form, annotation_form, span_form, link_form = forms
    article = line.article
    return line_form(
        article_id=article.article_id,
        text=article.text,
        text_sha256=article.text_sha256,
        **get(article, FIELDS),
        **get(line, PLACE),
        annotations=[
            annotation_form(
                **get(a, PLAIN),
                labels=a.labels,
                spans=[
                    span_form(
                        **get(s, "id start end label"),
                        **({"attributes": s.attributes} if s.attributes else {}),
                    )
                    for s in a.spans
                ],
                links=[link_form(head=k.head_id, tail=k.tail_id, label=k.label) for k in a.links],
                extra=a.extra,
            )
            for a in line.annotations
        ],
    )


def readers():
    struct = msgspec.json.Decoder(STRUCTS[0]).decode
    model = TypeAdapter(MODELS[0]).validate_json
    untyped = msgspec.json.Decoder().decode
    return {
        "json (today)": lambda raw: line_from_json(json.loads(raw)),
        "orjson": lambda raw: line_from_json(orjson.loads(raw)),
        "msgspec": lambda raw: line_from_json(untyped(raw)),
        "msgspec, structs": lambda raw: record(struct(raw)),
        "pydantic, models": lambda raw: record(model(raw)),
    }


def writers():
    encode = msgspec.json.Encoder().encode
    return {
        "json (today)": lambda line: dumps(line_to_json(line)).encode(),
        "orjson": lambda line: orjson.dumps(line_to_json(line)),
        "msgspec": lambda line: encode(line_to_json(line)),
        "msgspec, structs": lambda line: encode(declared(line, STRUCTS)),
        "pydantic, models": lambda line: (
            declared(line, MODELS).model_dump_json(exclude_defaults=True).encode()
        ),
    }


def compare(title, ways, items, expected):
    took = dict.fromkeys(ways, 1e9)
    same = {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            result = [way(item) for item in items]
            took[name] = min(took[name], time.perf_counter() - began)
            same[name] = result == expected
    first = took["json (today)"]
    for name, seconds in took.items():
        print(
            f"{title:7} {name:17} {1e6 * seconds / len(items):6.0f} µs a line, "
            f"ratio {seconds / first:.2f}, same result: {same[name]}"
        )


def decoders(raws):
    """Print what decoding alone takes, without records: the share that a decoder can save."""
    for name, decode in (
        ("json", json.loads),
        ("orjson", orjson.loads),
        ("msgspec", msgspec.json.decode),
        ("msgspec, structs", msgspec.json.Decoder(STRUCTS[0]).decode),
        ("pydantic, models", TypeAdapter(MODELS[0]).validate_json),
    ):
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            for raw in raws:
                decode(raw)
            took.append(time.perf_counter() - began)
        print(f"decode  {name:17} {1e6 * min(took) / len(raws):6.0f} µs a line")


def said(raws):
    """Print what each says of a line whose span begins at a text."""
    value = json.loads(raws[0])
    value["annotations"][0]["spans"][3]["start"] = "15"
    broken = dumps(value).encode()
    for name, read in readers().items():
        try:
            read(broken)
        except Exception as error:  # noqa: BLE001 - the message is what is looked at
            print(f"says    {name:17} {' | '.join(str(error).splitlines())}")


def kept():
    """Print what becomes of numbers that JSON may hold and a decoder may not."""
    for text in ("100000000000000000000", "NaN"):
        for name, decode in (
            ("json", json.loads),
            ("orjson", orjson.loads),
            ("msgspec", msgspec.json.decode),
        ):
            try:
                found = decode(text)
            except ValueError:
                found = "refused"
            print(f"number  {name:17} {text} → {found}")


def main():
    made = lines()
    raws = [dumps(line_to_json(line)).encode() for line in made]
    print(f"{LINES} lines, {sum(map(len, raws)) / LINES:.0f} bytes each")
    compare("read", readers(), raws, made)
    compare("write", writers(), made, raws)
    decoders(raws)
    said(raws)
    kept()


if __name__ == "__main__":
    main()
