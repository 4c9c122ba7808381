"""Directories of shards, written without a pipeline."""

import hashlib

from annotate.archive.lines import open_archive
from annotate.archive.manifest import VERSION, Entry, Manifest, shard_name, to_bytes
from annotate.archive.run import encode
from annotate.archive.sharding import shard_of
from annotate.archive.storage import open_store
from annotate.jsonl import ArticleLine, article_line_to_json, dumps

LABELS = ("Claim", "Source", "Hedge", "source_type", "attributed_to", "hedges")


def write_archive(place, predicted, *, format_="jsonl", shards=3, labels=LABELS, missing=()):
    """Write (article, prediction) pairs to shards of a place, and open it.

    Files of `missing` shards are not there.
    """
    held = {shard: [] for shard in range(shards)}
    for article, made in predicted:
        line = ArticleLine(
            article=article,
            spans=made.spans,
            links=made.links,
            labels=labels,
            scores=made.scores,
            model_version=made.model_version,
        )
        held[shard_of(article.article_id, shards)].append(dumps(article_line_to_json(line)))
    store = open_store(str(place))
    manifest = Manifest(
        version=VERSION,
        shards=shards,
        format=format_,
        model_version="m-1",
        labels=labels,
        articles=sum(map(len, held.values())),
    )
    store.write("manifest.json", to_bytes(manifest))
    for shard, lines in held.items():
        if shard in missing:
            continue
        data = encode([line.encode() for line in lines], format_)
        name = shard_name(shard, shards)
        entry = Entry(
            shard=shard,
            file=f"{name}.{format_}",
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            articles=len(lines),
        )
        store.write(entry.file, data)
        store.write(f"{name}.json", to_bytes(entry))
    return open_archive(store)
