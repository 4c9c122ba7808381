"""Where an annotation comes from, as the beginning of its id says; Label Studio's are numbers."""

ADOPTED = "file-"
"""Beginning of the ids of annotations that came from a file: no server knows them."""

REVIEWED = "review-"
"""Beginning of the ids of a reviewer's decisions: the project of the annotators lacks them."""

KEPT = (ADOPTED, REVIEWED)
"""A pull from the annotators' project keeps these, whatever that project holds."""
