"""Registers every group of commands on the root command, in the order of the help."""

from annotate.cli import demo, evaluation, exports, init, models, studio, sync, training
from annotate.cli.app import app

app.command("init")(init.init)
app.command("prelabel")(models.prelabel)
app.command("push")(sync.push)
app.command("pull")(sync.pull)
app.command("sync")(sync.sync)
app.command("retrain")(training.retrain)
app.command("evaluate")(evaluation.evaluate)
app.command("curve")(training.curve)
app.command("demo")(demo.demo)
app.add_typer(studio.app, name="studio")
app.add_typer(exports.app, name="exports")
app.add_typer(models.app, name="models")
