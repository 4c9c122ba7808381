"""What `import annotate` offers: the verbs of a notebook, which print nothing and write nothing.

Heavy libraries are imported inside the functions, so that `import annotate` is quick.
"""
