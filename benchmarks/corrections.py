"""Wall time and memory of `annotate corrections` and `annotate ledger` on a large version.

    python benchmarks/corrections.py [ARTICLES [ANNOTATORS]]

The version is made by `big_version.py` in a temporary directory: 5,000 articles of three annotations.
Memory is the largest sum of the resident sets of a command and its processes, looked at ten times a
second; what they share counts twice. Each command runs twice, and its output has to be the same. The
seconds of processors are those of all processes.
"""

import contextlib
import hashlib
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from big_version import make_big_version


def measured(command):
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    family = psutil.Process(process.pid)
    peak = 0
    held = []
    reader = threading.Thread(target=lambda: held.append(process.stdout.read()))
    reader.start()
    while process.returncode is None:
        total = 0
        try:
            for one in (family, *family.children(recursive=True)):
                total += one.memory_info().rss
        except psutil.NoSuchProcess:
            pass
        peak = max(peak, total)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
    reader.join()
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, peak, cpu, hashlib.sha256(held[0]).hexdigest()[:12]


def main(*numbers):
    annotate = str(Path(sys.executable).parent / "annotate")
    with tempfile.TemporaryDirectory() as directory:
        for kept in (True, False):
            root = Path(directory) / f"kept-{kept}"
            _, version = make_big_version(root, *map(int, numbers), kept=kept)
            print(
                f"{version.counts['annotations']} annotations, {sum(version.counts['spans'].values())} spans"
            )
            for verb in ("corrections", "ledger") if kept else ("corrections",):
                command = [annotate, "-C", str(root), verb, "--json"]
                runs = [measured(command) for _ in range(2)]
                seconds, peak = min(run[0] for run in runs), max(run[1] for run in runs)
                same = "the same bytes twice" if runs[0][3] == runs[1][3] else "OTHER BYTES"
                how = "" if kept else ", rules asked again"
                cpu = min(run[2] for run in runs)
                print(
                    f"{verb}{how}: {seconds:.1f} s ({cpu:.1f} of processors), {peak / 2**20:.0f} MiB, {same}"
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
