"""Registers every group of commands on the root command, in the order of the help."""

from annotate.cli import demo, exports, init, models, studio, sync
from annotate.cli.app import app

app.command("init")(init.init)
app.command("prelabel")(models.prelabel)
app.command("push")(sync.push)
app.command("pull")(sync.pull)
app.command("sync")(sync.sync)
app.command("retrain")(models.retrain)
app.command("evaluate")(models.evaluate)
app.command("curve")(models.curve)
app.command("demo")(demo.demo)
app.add_typer(studio.app, name="studio")
app.add_typer(exports.app, name="exports")
app.add_typer(models.app, name="models")
