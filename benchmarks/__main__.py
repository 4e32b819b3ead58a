"""Run a benchmark: ``python -m benchmarks importing``; that of sending when none is named; ``list`` names them all."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> None:
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__"]
    name, *arguments = sys.argv[1:] or ["sending"]
    if name.startswith("--"):
        name, arguments = "sending", sys.argv[1:]
    # Only the one that is asked for: what the others need would count in the memory that it measures.
    wanted = [name] if name in names else names
    found = {each: importlib.import_module(f"benchmarks.{each}") for each in wanted}
    runnable = {each: module for each, module in found.items() if hasattr(module, "run")}
    if name not in runnable:
        for each, module in runnable.items():
            print(f"{each:10} {(module.__doc__ or '').splitlines()[0]}")
        sys.exit(0 if name == "list" else 2)
    runnable[name].run(arguments)


if __name__ == "__main__":
    main()
