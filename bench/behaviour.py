#!/usr/bin/env python3
"""Measures sequences and other times: bench/behaviour.py [--rounds 5] [--size S] [--only sequences,as-of,one-customer]

Needs a release build (`cargo build --release`) and ../shared/bench, whose generator, segments and DuckDB queries it uses. What Python needs
it installs into target/bench/venv. Every figure is a whole process; the programs of one comparison take turns, the best round counts, and
each comparison is a ratio within one run. Before sequences are timed, both sides must name the same members."""
import argparse
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
SHARED = HERE.parent / "shared" / "bench"
AS_OF = "2026-06-30"
SIZES = {"XS": (5_000, 100_000), "S": (100_000, 2_000_000), "M": (1_000_000, 20_000_000)}


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--size", default="S", choices=SIZES)
    ask.add_argument("--only", default="sequences,as-of,one-customer")
    ask.add_argument("--work", default=str(HERE / "target" / "bench"))
    ask.add_argument("--segue", default=str(HERE / "target" / "release" / "segue"))
    asked = ask.parse_args()
    work = pathlib.Path(asked.work)
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(work, asked.segue, asked.rounds, asked.size)
    wanted = asked.only.split(",")
    if "sequences" in wanted:
        bench.sequences()
    if "as-of" in wanted:
        bench.as_of()
    if "one-customer" in wanted:
        bench.one_customer()


class Bench:
    def __init__(self, work, segue, rounds, size):
        self.work, self.segue, self.rounds, self.size = work, segue, rounds, size
        self.python = work / "venv" / "bin" / "python"
        if not self.python.exists():
            subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
            packages = ["duckdb", "pyarrow", "numpy", "pyyaml"]
            subprocess.run([self.python, "-m", "pip", "install", "-q", *packages], check=True)
        self.data = work / size
        if not (self.data / "meta.json").exists():
            customers, events = SIZES[size]
            self.script("gen.py", "--customers", customers, "--events", events, "--out", self.data)

    def script(self, name, *arguments):
        env = {**os.environ, "PERF_DATA": str(self.work), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([self.python, SHARED / name, *map(str, arguments)], env=env, check=True, stdout=subprocess.PIPE)
        return done.stdout.decode()

    def project(self, name, text, data=None, customers=True):
        """A project over the generated data, its lock made."""
        folder = self.work / f"{name}.project"
        folder.mkdir(exist_ok=True)
        (folder / "segments.seg").write_text(text)
        data = data or self.data
        if customers:
            self.script("to_seg.py", data, folder)
            (folder / "segments.seg").write_text(text)
        else:
            (folder / "segue.toml").write_text(
                f'[project]\nname = "bench"\n\n[streams.shop]\npath = "{data}/*.parquet"\nkey = "customer_id"\n'
                'time = "ts"\nevent = "event_type"\n'
            )
        subprocess.run([self.segue, "schema", folder], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return folder

    def run(self, project):
        return [self.segue, "run", project, "--as-of", AS_OF, "--out", f"{project}.out"]

    def measured(self, programs):
        """{name: (least CPU seconds, least wall seconds, MB)} of programs that take turns."""
        best = {}
        for n in range(self.rounds):
            for name, command in list(programs.items())[:: 1 if n % 2 == 0 else -1]:
                cpu, wall, memory = timed(command)
                old = best.get(name, (cpu, wall, memory))
                best[name] = tuple(map(min, old, (cpu, wall, memory)))
        for name, (cpu, wall, memory) in best.items():
            print(f"  {name:<42} {cpu:8.2f} s CPU {wall:8.2f} s wall {memory:6.0f} MB")
        return best

    def sequences(self):
        """The segments with sequences against one DuckDB statement for all of them."""
        print(f"\nSequences, data {self.size}")
        listed = "import compile; print(','.join(compile.choose(compile.load(), 'seq')[1]))"
        env = {**os.environ, "PYTHONPATH": str(SHARED), "PYTHONDONTWRITEBYTECODE": "1"}
        ids = subprocess.run([self.python, "-c", listed], env=env, cwd=SHARED, check=True, stdout=subprocess.PIPE)
        ids = ids.stdout.decode().strip()
        folder = self.work / "sequences.project"
        self.script("to_seg.py", self.data, folder, "--only", ids)
        subprocess.run([self.segue, "schema", folder], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        answer = self.work / "sequences.duckdb.parquet"
        duckdb = [self.python, SHARED / "run_engine.py", "duckdb", "b", self.data, "--n", "seq", "--variant", "opt"]
        os.environ["PERF_DATA"] = str(self.work)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        timed(self.run(folder))
        timed([*duckdb, "--out", "write", "--to", answer])
        print("  " + self.script("compare.py", f"{folder}.out/membership.parquet", answer).strip().splitlines()[-1])
        best = self.measured({"segue": self.run(folder), "duckdb, one statement": [*duckdb, "--out", "count"]})
        ratio("segue / duckdb", best["segue"], best["duckdb, one statement"])

    def as_of(self):
        """Fifty features as of one day, of three days and of 26 weeks: one scan each."""
        print(f"\nOther times, data {self.size}")
        kinds = ["session", "purchase", "product_view", "add_to_cart", "email_open"]
        features = [f"count({kind}) in last {days} days" for kind in kinds for days in (7, 14, 21, 28, 35, 42, 56, 63, 77)]
        features += [f"time since last {kind} / 1 day" for kind in kinds]
        projects = {}
        for times in (1, 3, 26):
            lines = [f"trait f{i} = {feature}" for i, feature in enumerate(features)]
            parts = [f"f{i} > 0" for i in range(len(features))]
            lines.append("segment all_0 { where " + " or ".join(parts) + " }")
            for week in range(1, times):
                moved = " or ".join(parts)
                lines.append(f"segment all_{week} {{ where ({moved}) as of {week} weeks ago }}")
            projects[times] = self.run(self.project(f"as_of_{times}", "\n".join(lines) + "\n"))
        names = {f"{len(features)} features as of {n} day{'s' * (n > 1)}": p for n, p in projects.items()}
        best = list(self.measured(names).values())
        ratio("3 days / 1 day", best[1], best[0])
        ratio("26 days / 1 day", best[2], best[0])

    def one_customer(self):
        """One customer with ever more events: sequences grow with them, and no faster."""
        print("\nOne customer, sequences in all forms")
        text = """
segment plain { where did a then b then c ever }
segment near { where did a then b within 1 hour then c within 1 day all within 1 day at least 3 times ever }
segment clean { where did a then b without c then directly a ever }
segment same { where did a then b then c matching item at least 100 times ever }
segment left_it { where did a then b then no c within 2 hours ever }
funnel way within 3 days { a, b, c }
segment got_there { where reached b but not c in way ever }
"""
        programs = {}
        for events in (10_000, 100_000, 1_000_000):
            for ties in ("spread", "at one time"):
                data = self.work / f"one_{events}_{ties.replace(' ', '_')}"
                make = (
                    "import sys, pathlib, numpy as np, pyarrow as pa, pyarrow.parquet as pq\n"
                    "n, out, ties = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]\n"
                    "out.mkdir(exist_ok=True); r = np.random.default_rng(1)\n"
                    "step = 1 if ties == 'spread' else 1000\n"
                    "ts = np.datetime64('2026-01-01', 'us') + (np.arange(n) // step * step) * np.timedelta64(15_000_000 * 1_000_000 // n, 'us')\n"
                    "kind = np.array(['a', 'b', 'c'])[r.integers(0, 3, n)]; item = r.integers(0, 1000, n)\n"
                    "key = np.ones(n, dtype='int64')\n"
                    "pq.write_table(pa.table({'customer_id': key, 'ts': pa.array(ts).cast(pa.timestamp('us', 'UTC')), 'event_type': kind, 'item': item}), out / 'e.parquet')\n"
                )
                subprocess.run([self.python, "-c", make, str(events), data, ties], check=True)
                project = self.project(data.name, text, data, customers=False)
                programs[f"{events:>9,} events, {ties}"] = self.run(project)
        best = self.measured(programs)
        names = list(best)
        ratio("1,000,000 events / 100,000, spread", best[names[4]], best[names[2]])
        ratio("1,000,000 events / 100,000, at one time", best[names[5]], best[names[3]])


def timed(command):
    """CPU seconds, wall seconds and MB of a whole process."""
    began = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{said.decode()}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024


def ratio(name, one, other):
    print(f"  {name:<42} {one[0] / other[0]:8.2f} x CPU {one[1] / other[1]:7.2f} x wall")


main()
