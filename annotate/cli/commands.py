"""Registers every group of commands on the root command, in the order of the help."""

from annotate.cli import (
    annotators,
    bias,
    care,
    demo,
    evaluation,
    exports,
    init,
    labels,
    models,
    queue,
    review,
    serve,
    show,
    status,
    studio,
    sync,
    training,
)
from annotate.cli.app import app

app.command("init")(init.init)
app.command("prelabel")(models.prelabel)
app.command("push")(sync.push)
app.command("pull")(sync.pull)
app.command("sync")(sync.sync)
app.command("status")(status.status)
app.command("retrain")(training.retrain)
app.command("evaluate")(evaluation.evaluate)
app.command("bias")(bias.bias)
app.command("agreement")(annotators.agreement)
app.command("curve")(training.curve)
app.command("queue")(queue.queue)
app.command("restore")(care.restore)
app.command("purge")(care.purge)
app.command("show")(show.show)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.add_typer(studio.app, name="studio")
app.add_typer(annotators.app, name="annotators")
app.add_typer(review.app, name="review")
app.add_typer(labels.app, name="labels")
app.add_typer(exports.app, name="exports")
app.add_typer(models.app, name="models")
