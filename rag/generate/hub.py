"""A model's name -> its folder on this machine, downloaded once where it comes from a hub."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.errors import ModelError

Progress = Callable[[str, int, int], None]
_FILES = ["*.safetensors", "*.json", "*.jinja", "*.model", "*.txt"]
"""Weights, configuration, tokenizer, chat template; no code and nothing pickled."""
_NAME = re.compile(r"[\w.-]{1,96}(?:/[\w.-]{1,96})?")


def model_folder(model: str, progress: Progress | None = None) -> Path:
    """The folder of a model given as a path or as a hub name ("owner/name").

    :param progress: told how many bytes of the download are here, of how many.
    :raises ModelError: there is no such folder, and it cannot be had from the hub.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if not _NAME.fullmatch(model) or model.startswith("."):
        raise ModelError(
            f"--model {model}: there is no such folder: give a folder, a hub name or a server's URL"
        )
    return _from_hub(model, progress)


def _from_hub(name: str, progress: Progress | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    here: dict[str, Any] = {"repo_id": name, "allow_patterns": _FILES}
    try:
        return Path(snapshot_download(**here, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError):
        pass  # not downloaded yet, or not in whole
    try:
        return Path(snapshot_download(**here, tqdm_class=_bar(name, progress)))
    except GatedRepoError as error:
        raise ModelError(
            f"--model {name} asks for a licence to be accepted: accept it on its page and run 'hf auth login'"
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"--model {name}: the hub has no such model: check the name") from error
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise ModelError(
            f"--model {name} is not on this machine and cannot be downloaded: "
            "connect it, or give the folder of a model that you have"
        ) from error


def _bar(name: str, progress: Progress | None) -> type:
    """A progress bar that tells ``progress``; downloads make one for all their bytes."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            settings.pop("name", None)
            super().__init__(*arguments, **{**settings, "disable": True})
            self.counts_bytes = settings.get("unit") == "B"
            self.done = int(settings.get("initial") or 0)

        def update(self, n: float | None = 1) -> None:
            self.done += int(n or 0)
            if progress and self.counts_bytes:
                progress(f"downloading {name}", self.done, int(self.total or 0))

    return Bar
