"""A group of commands whose modules are loaded only when they are called, so that starting costs little."""

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """`commands_at` maps a command's name to `module:function`."""

    def __init__(self, *args: Any, commands_at: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *self._commands_at})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded now if it was not."""
        place = self._commands_at.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, function = place.partition(":")
        found = getattr(import_module(module), function)
        assert isinstance(found, click.Command)
        return found
