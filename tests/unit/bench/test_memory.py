from __future__ import annotations

import json
import os
import subprocess
import sys

from bench.memory import held
from forebay_client.stack.home import Home
from forebay_client.stack.report import PartReport, Report

GREEDY = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
HOLD = "held = b'x' * 50_000_000; print('held', flush=True); input()"


def test_the_memory_of_a_part_is_that_of_all_its_processes(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", GREEDY, HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            home = Home.at(tmp_path)
            part = PartReport(name="store", pid=process.pid)
            home.report.write_text(json.dumps(Report(state="running", folder="", parts=(part,)).to_json()))

            assert 50 < held(["store"], home)["store"] < 150
        finally:
            process.communicate(os.linesep.encode())
