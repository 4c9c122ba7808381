"""How far annotators of the same articles agree, in an export version."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.exports.lines import ExportedArticle
from annotate.quality.agreement import Agreement, SharedArticle, agreement, shared_article
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReport:
    """Agreement on blind work and on work in which anybody saw a machine's marks."""

    export: str
    blind: Agreement
    corrected: Agreement


def report_agreement(context: Context, *, export: str | None = None) -> AgreementReport:
    """Return how far people agree in an export version, blind work apart from the rest.

    A reviewer's decisions do not count. Raises `UnknownExportError`.
    """
    version = context.versions.find(export)
    lines = context.versions.load(version).values()
    shared = [found for line in lines if (found := _shared(line))]
    blind, seen = ([a for a in shared if a.blind is kind] for kind in (True, False))
    return AgreementReport(
        export=version.name,
        blind=agreement(blind, context.scheme.span_labels),
        corrected=agreement(seen, context.scheme.span_labels),
    )


def _shared(line: ExportedArticle) -> SharedArticle | None:
    people = (a for a in line.annotations if not a.ground_truth)
    return shared_article(line.article.article_id, line.article.text, people, blind=line.blind)
