#!/usr/bin/env python3
"""Runs commands in turns and compares them; knows nothing of what they do.

    measure.py --runs 7 --command NAME SHELL [--command NAME SHELL ...]
               [--before NAME SHELL] [--ratio NAME OTHER MAX] [--title TEXT] [--json FILE]

Each round runs every command once, and each round begins with another one, so that a busy machine
is equally unkind to all. Prints a Markdown table: wall time (median, and smallest to largest), CPU
time of the command and all its children (median), and peak memory of the largest of its processes.
Then the ratios that were asked for: the median of the ratios within each round, of wall time (which the
target is about) and of CPU time (which a busy machine disturbs less).

--before runs a shell line before each measured run of NAME, outside the clock. --command lines get
$BENCH_RUN, the round's number from 1 (0 when warming up). A command that fails ends the measurement,
and its output is shown. Exit status: 0, also when a target is missed; 1 when a command failed.
"""
import argparse
import json
import os
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time


def argv(shell):
    """A line that needs no shell is run without one: its start would count, too."""
    return shlex.split(shell) if re.fullmatch(r"[\w\s./:=,'-]+", shell) else ["bash", "-c", shell]


def run(shell, number):
    """Seconds of wall clock and of CPU, and KiB of the largest process, of a shell line."""
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            argv(shell), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            env=dict(os.environ, BENCH_RUN=str(number)))
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            sys.stderr.buffer.write(output.read()[-8000:])
            sys.exit(f"measure.py: exit {process.returncode}: {shell}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss


def duration(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def memory(kib, floor):
    # A process's peak is at least that of the one that forked it, which is this one.
    return f"≤ {floor // 1024} MiB" if kib <= floor else f"{round(kib / 1024)} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--warmup", type=int, default=1)
    parser.add_argument("--command", nargs=2, action="append", required=True, metavar=("NAME", "SHELL"))
    parser.add_argument("--before", nargs=2, action="append", default=[], metavar=("NAME", "SHELL"))
    parser.add_argument("--ratio", nargs=3, action="append", default=[], metavar=("NAME", "OTHER", "MAX"))
    parser.add_argument("--title", default="")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()

    before = dict(options.before)
    names = [name for name, _ in options.command]
    samples = {name: [] for name in names}
    for number in range(1 - options.warmup, options.runs + 1):
        first = number % len(names)
        for name, shell in options.command[first:] + options.command[:first]:
            if name in before:
                run(before[name], number)
            sample = run(shell, max(number, 0))
            if number > 0:
                samples[name].append(sample)
                print(f"  {number}/{options.runs} {name}: {duration(sample[0])}", file=sys.stderr, flush=True)

    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = {"title": options.title, "runs": options.runs, "load": os.getloadavg()[0], "commands": {}, "ratios": []}
    if options.title:
        print(f"### {options.title}\n")
    print("| | median | smallest to largest | CPU | peak memory |\n| --- | --- | --- | --- | --- |")
    for name in names:
        walls, cpus, peaks = zip(*samples[name])
        report["commands"][name] = {
            "wall_s": walls, "cpu_s": cpus, "peak_kib": max(peaks), "median_s": statistics.median(walls)}
        print(f"| {name} | {duration(statistics.median(walls))} | {duration(min(walls))} to {duration(max(walls))} "
              f"| {duration(statistics.median(cpus))} | {memory(max(peaks), floor)} |")
    if options.ratio:
        print("\n| ratio | median | smallest to largest | of CPU | target | |\n| --- | --- | --- | --- | --- | --- |")
    for name, other, limit in options.ratio:
        pairs, cpu = [[mine[field] / theirs[field] for mine, theirs in zip(samples[name], samples[other])] for field in (0, 1)]
        ratio, met = statistics.median(pairs), statistics.median(pairs) <= float(limit)
        report["ratios"].append({"of": name, "to": other, "median": ratio, "all": pairs, "cpu": cpu, "target": float(limit)})
        print(f"| {name} / {other} | {ratio:.3f} | {min(pairs):.3f} to {max(pairs):.3f} "
              f"| {statistics.median(cpu):.3f} | ≤ {float(limit):g} | {'met' if met else 'missed'} |")
    print(f"\n{options.runs} rounds in turns; load {report['load']:.1f} at the end.\n")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=1)


main()
