"""A spawner of processes on this computer that understands profiles with KubeSpawner's own code."""

from __future__ import annotations

from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner
from kubespawner import KubeSpawner
from traitlets import Dict, List, Unicode, default


class ProfileSpawner(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Takes `profile` from a form or a link, refuses what is not in the list, and applies what the profile overrides.

    An image and a GPU are noted and nothing else: a process has neither. An environment it has.
    """

    profile_list = List(config=True)
    image = Unicode()
    extra_resource_limits = Dict()
    profile_form_template = ""
    additional_profile_form_template_paths: tuple[str, ...] = ()

    options_from_form = KubeSpawner._options_from_form
    _render_options_form = KubeSpawner._render_options_form
    _sorted_dict_values = KubeSpawner._sorted_dict_values
    _get_initialized_profile_list = KubeSpawner._get_initialized_profile_list
    _validate_user_options = KubeSpawner._validate_user_options
    _get_profile = KubeSpawner._get_profile
    _load_profile = KubeSpawner._load_profile
    _apply_overrides = KubeSpawner._apply_overrides
    load_user_options = KubeSpawner.load_user_options

    @default("home_dir")
    def _own_home(self) -> str:
        """Each server has a disk of its own, as on a cluster unless it is told otherwise."""
        name = f"{self.user.name}-{self.name}" if self.name else self.user.name
        return str(self.home_dir_template.format(username=name))

    async def get_options_form(self) -> str:
        """The choice of profiles that a student sees who comes without one."""
        return str(self._render_options_form(self.profile_list)) if self.profile_list else ""

    async def start(self) -> Any:
        """Start the student's server as the profile says."""
        await self.load_user_options()
        return await super().start()
