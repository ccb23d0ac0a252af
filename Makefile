# Every command of the project. `make help` shows them; each says what it does while it does it.
# The only thing that must be there is Python 3.11 or newer (and make); everything else is set up here.

PYTHON ?= python3
DEMO ?= 1
MAANDEN ?= 1
ZAAD ?= 1
TESTS ?= tests
PORT_BASE ?= 8001
BOOTSTRAP := $(PYTHON) deploy/local/bootstrap.py

export DEMO MAANDEN ZAAD PORT_BASE
unexport MAKEFLAGS

.DEFAULT_GOAL := help
.PHONY: help run test fuzz check bench openapi migration lock sbom clean

##@ Gebruiken

run: ## Start alles en speel een maand van de regio (DEMO=0: leeg en blijvend; PORT_BASE=8101: andere poorten)
	@$(BOOTSTRAP) local ketenradar up

clean: ## Wis de gegevens, de logs en de post van het lokale draaien
	@$(PYTHON) -m deploy.local.clean

##@ Ontwikkelen

test: ## Draai alle tests die geen browser, belasting of minuten aan willekeurige vragen vragen (TESTS=tests/unit voor een deel)
	@$(BOOTSTRAP) dev python -m pytest -n auto --maxprocesses 4 --dist loadfile $(TESTS)

fuzz: ## Vraag elke deur van alles, met tokens van elke rol (KETENRADAR_SCHEMATHESIS=20 voor meer)
	@$(BOOTSTRAP) dev python -m pytest -m fuzz tests/flow/test_schemathesis.py

check: ## Stijl, typen, muren, scanners, OpenAPI, documenten, onderdelen en uitrol
	@$(BOOTSTRAP) check python -m deploy.local.check

bench: ## Meet, met de ondergrens van de machine ernaast
	@$(BOOTSTRAP) dev python -m bench

openapi: ## Schrijf de openapi.json van elke kamer opnieuw
	@$(BOOTSTRAP) dev python -m deploy.openapi

migration: ## Maak een migratie: make migration KAMER=intake NAAM=kolom_erbij
	@$(BOOTSTRAP) dev python -m deploy.local.new_migration "$(KAMER)" "$(NAAM)"

sbom: ## Schrijf de lijst van onderdelen (CycloneDX) naar .ketenradar/sbom.json
	@$(BOOTSTRAP) dev python -m deploy.supply.sbom --check

lock: ## Bereken de slotbestanden in locks/ opnieuw (OPTIES=--upgrade voor nieuwe versies)
	@$(BOOTSTRAP) local python -c ""
	@deploy/local/lock.sh $(OPTIES)

##@ Hulp

help: ## Toon deze lijst
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
