"""Other languages than English: no rules take part, before the gold or in the pipeline."""

import pytest
import spacy

from annotate.labels import LabelScheme
from annotate.pipeline.prediction import load_trained
from annotate.pipeline.training.loop import train_pipeline
from annotate.pipeline.training.plan import TrainingPlan
from annotate.records import Annotation, Article, Span

pytestmark = pytest.mark.slow

TEXTS = {
    "de": ("{} sagte, das Boot sei sicher.\n\nDie Fähre fährt.", ["Tiel", "Vahl", "Rau", "Orth"]),
    "zh": ("{}说船是安全的。\n\n渡轮开了。", ["王明", "李华", "张伟", "陈静"]),
    "he": ("{} אמר כי הסירה בטוחה.\n\nהמעבורת יצאה.", ["טיאל", "ואל", "ראו", "אורת"]),
}


def _gold(language):
    pattern, names = TEXTS[language]
    for number, name in enumerate(names * 3):
        article = Article(article_id=f"{language}{number}", text=pattern.format(name))
        spans = (Span(id="s", start=0, end=len(name), label="PERSON"),)
        yield (
            article,
            Annotation(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                annotation_id=str(number),
                annotator="x",
                spans=spans,
                labels=("PERSON",),
            ),
        )


@pytest.mark.parametrize("language", TEXTS)
def test_a_pipeline_learns_another_language(tmp_path, language):
    """It has the language's tokenizer and no rules, and finds what it was shown."""
    gold = list(_gold(language))
    plan = TrainingPlan(
        train=gold,
        dev=(),
        pool=[article.text for article, _ in gold],
        labels=("PERSON",),
        language=language,
        epochs=30,
    )
    trained = train_pipeline(plan, tmp_path)
    nlp = spacy.load(trained.path)
    assert (nlp.lang, nlp.pipe_names) == (language, ["span_crf", "span_choices"])
    assert trained.weak_articles == 0
    scheme = LabelScheme(
        from_name="label", to_name="text", text_key="text", span_labels=("PERSON",)
    )
    pipeline = load_trained(trained.path, scheme, "x")
    right = 0
    for (article, annotation), found in zip(
        gold, pipeline.predict(a for a, _ in gold), strict=True
    ):
        places = [(s.start, s.end) for s in annotation.spans]
        right += [(s.start, s.end) for s in found.spans] == places
        assert article.article_id == found.article_id
    assert right >= len(gold) * 3 / 4
