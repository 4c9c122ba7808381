"""Files of articles to fill shards with, and what a directory of shards holds."""

from annotate.jsonl import dumps
from annotate.samples import sample_articles


def write_crawl(path, count):
    """Write so many articles, each of its own, as JSON lines; return the path."""
    texts = [line.article.text for line in sample_articles()]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            text = f"Report {number}\n\n{texts[number % len(texts)]}"
            stream.write(dumps({"article_id": f"a{number:03d}", "text": text}) + "\n")
    return path


def files_of(directory):
    """Return the content of the files of a directory, by name."""
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}
