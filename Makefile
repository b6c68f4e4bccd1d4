# One-word commands for deploy/compose.yaml, as the predecessor had them. `make logs s=sluice` shows one service only.
compose = docker compose -f deploy/compose.yaml --env-file .env
sluice = $(compose) exec sluice node bin/sluice.js

.PHONY: build up down restart logs psql seed init_metadata

build:
	$(compose) build
up:
	$(compose) up -d
down:
	$(compose) down
# Containers and volumes: everything that was kept is lost.
restart:
	$(compose) down -v
	$(compose) up -d --build
logs:
	$(compose) logs -f $(s)
psql:
	$(compose) exec postgres psql -U postgres
# Registers the servers of deploy/servers.yml.
seed:
	$(compose) run --rm seed
# The same, and then reads what every source holds.
init_metadata: seed
	$(sluice) catalog sync
