"""The routes a person takes: each a coroutine that asks one screen after another."""
