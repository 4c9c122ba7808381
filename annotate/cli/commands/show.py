"""`annotate show`: an article with its spans and links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, ModelName, Overwrite
from annotate.cli.output.console import console, show_json

if TYPE_CHECKING:
    from annotate.records import Span
    from annotate.workflow.show.show import Show, View


def show(
    articles: Annotated[list[str], typer.Argument(help="Ids of articles, or files.")],
    export: Annotated[
        str | None, typer.Option(help="Export version; default: the latest, if there is one.")
    ] = None,
    model: ModelName = None,
    annotator: Annotated[
        str | None, typer.Option(help="One annotator alone: pseudonym or e-mail address.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write an HTML page to this file.")] = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Show spans and links of articles, the model's prediction beside what people annotated.

    Signs: + added, − removed, ~ boundary moved, * relabelled. A dashed arrow (⇢) is a link that
    nobody drew: it was inferred from the spans.

    Example: annotate show articles/quay.txt --html quay.html
    """
    from annotate.workflow.show.show import show as run

    with offline() as context:
        if html is not None:
            from annotate.outputs import is_page, require_free

            require_free(
                html,
                context.workspace,
                replaceable=is_page,
                overwrite=overwrite,
                inputs=map(Path, articles),
            )
        found = run(
            context, articles, context.models.choose(model), export=export, annotator=annotator
        )
    if html is not None:
        from annotate.files import write_atomic
        from annotate.pages.show import show_page

        write_atomic(html, show_page(found, colours=context.scheme.colours))
    if json_:
        show_json(_json(found))
    elif html is not None:
        console().print(f"wrote {html}")
    else:
        from annotate.cli.output.show_text import print_article

        out = console()
        for item in found.articles:
            print_article(out, item, found.model_version)
            out.print()


def _json(found: Show) -> dict[str, Any]:
    return {
        "model_version": found.model_version,
        "export": found.export,
        "articles": [
            {
                "article_id": item.article.article_id,
                "text_sha256": item.article.text_sha256,
                "split": item.split,
                "notes": list(item.notes),
                "views": [_view_json(view, item.prediction.scores) for view in item.views],
            }
            for item in found.articles
        ],
    }


def _view_json(view: View, scores: Any) -> dict[str, Any]:
    annotation = view.annotation
    return {
        "annotator": annotation.annotator if annotation else None,
        "annotation_id": annotation.annotation_id if annotation else None,
        "prediction_shown": annotation.prediction_shown if annotation else None,
        "counts": view.comparison.counts(),
        "spans": [
            {
                "name": change.name,
                "kind": change.kind,
                "words": list(change.words),
                "predicted": _span_json(change.before, scores),
                "annotated": _span_json(change.after, {}),
            }
            for change in view.comparison.changes
        ],
        "links": [
            {
                "kind": link.kind,
                "head": link.head,
                "tail": link.tail,
                "label": link.label,
                "inferred": link.inferred,
            }
            for link in view.comparison.links
        ],
    }


def _span_json(span: Span | None, scores: Any) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "id": span.id,
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "choices": {name: list(values) for name, values in span.attributes.items()},
        "score": scores.get(span.id),
    }
