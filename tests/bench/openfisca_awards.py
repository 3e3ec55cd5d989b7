"""Two awards written for OpenFisca-core, for comparison: on the increase in trade, and for overseas warehouses.

Runs in an environment of its own with openfisca-core, duckdb and pyarrow: `openfisca_awards.py FILE.parquet` reads the
same file as the other measurements and prints, as its last line, time and memory, and how often two habits of it
change an award: a missing value read as zero or false, and money held in 32-bit floats. The numbers of the awards come
from awards.json.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import YEAR
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

RULES = json.loads((Path(__file__).parent / "awards.json").read_text(encoding="utf-8"))
ENTERPRISE = build_entity(key="enterprise", plural="enterprises", label="An enterprise", is_person=True)
NUMBERS = ("tradeCNY", "tradeUSD", "priorTradeUSD", "overseasWarehouseArea", "overseasWarehouseInvestmentCNY")
TRUTHS = ("producer", "recognisedPlatform", "crossBorderEcommerce", "inStatistics")


def variable(name: str, kind: type, formula: Any = None, **attributes: Any) -> type:
    """A variable of a year, with a formula where it has one."""
    body = {"value_type": kind, "entity": ENTERPRISE, "definition_period": YEAR, "label": name, **attributes}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def growth(enterprise: Any, period: Any) -> Any:
    """The award on the increase in trade."""
    rule = RULES["growth"]
    increase = enterprise("tradeUSD", period) - enterprise("priorTradeUSD", period)
    who = enterprise("producer", period) + enterprise("recognisedPlatform", period)
    return who * (enterprise("tradeCNY", period) >= rule["threshold"]) * (increase > 0) * increase * rule["rate"]


def warehouse(enterprise: Any, period: Any) -> Any:
    """The subsidy for overseas warehouses."""
    rule = RULES["warehouse"]
    investment = enterprise("overseasWarehouseInvestmentCNY", period)
    large = (enterprise("overseasWarehouseArea", period) >= rule["area"]) * (investment >= rule["investment"])
    who = enterprise("crossBorderEcommerce", period) * enterprise("inStatistics", period)
    return who * large * np.minimum(investment * rule["rate"], rule["cap"])


def system() -> Any:
    """The tax and benefit system of these variables."""
    found = TaxBenefitSystem([ENTERPRISE])
    for name in NUMBERS:
        found.add_variable(variable(name, float))
    for name in TRUTHS:
        found.add_variable(variable(name, bool))
    found.add_variable(variable("growth", float, growth))
    found.add_variable(variable("warehouse", float, warehouse))
    return found


def main(path: str) -> None:
    """Decide the file and print the measurement."""
    rules = system()
    started, cpu = time.perf_counter(), time.process_time()
    listed = ", ".join(f'"{name}"' for name in (*NUMBERS, *TRUTHS))
    table = duckdb.execute(f"SELECT {listed} FROM '{path}'").to_arrow_table()
    columns = {n: table[n].cast("double").to_numpy() for n in NUMBERS} | {
        n: table[n].cast("int8").to_numpy() for n in TRUTHS
    }
    simulation = SimulationBuilder().build_default_simulation(rules, count=len(table))
    for name, values in columns.items():
        filled = np.nan_to_num(np.asarray(values, dtype=float))
        simulation.set_input(name, "2020", filled if name in NUMBERS else filled > 0)
    awards = {name: simulation.calculate(name, "2020") for name in ("growth", "warehouse")}
    taken = {"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    taken["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    known = {
        "growth": ("tradeCNY", "tradeUSD", "priorTradeUSD"),
        "warehouse": (
            "overseasWarehouseArea",
            "overseasWarehouseInvestmentCNY",
            "crossBorderEcommerce",
            "inStatistics",
        ),
    }
    exact = {name: _exact(name, columns) for name in awards}
    missing = {
        n: np.logical_or.reduce([np.isnan(np.asarray(columns[c], dtype=float)) for c in known[n]]) for n in awards
    }
    for name, award in awards.items():
        off = np.abs(award.astype(float) - exact[name]) >= 0.005
        taken[f"{name}: a value it needs is missing and read as zero or no"] = int(missing[name].sum())
        taken[f"{name}: off by a fen or more, all values known"] = int((off & ~missing[name]).sum())
    print(json.dumps(taken))


def _exact(name: str, columns: dict[str, Any]) -> Any:
    """The award in 64-bit floats, precise to the fen at these sizes; missing values as zero."""
    c = {n: np.nan_to_num(np.asarray(v, dtype=float)) for n, v in columns.items()}
    rule = RULES[name]
    if name == "growth":
        increase = c["tradeUSD"] - c["priorTradeUSD"]
        who = (c["producer"] > 0) | (c["recognisedPlatform"] > 0)
        return np.where(who & (c["tradeCNY"] >= rule["threshold"]) & (increase > 0), increase * rule["rate"], 0.0)
    investment = c["overseasWarehouseInvestmentCNY"]
    large = (c["overseasWarehouseArea"] >= rule["area"]) & (investment >= rule["investment"])
    who = (c["crossBorderEcommerce"] > 0) & (c["inStatistics"] > 0)
    return np.where(who & large, np.minimum(investment * rule["rate"], rule["cap"]), 0.0)


if __name__ == "__main__":
    main(sys.argv[1])
