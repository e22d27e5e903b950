from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from rag.errors import InputError
from tests.ui.conftest import free_port
from tests.ui.fakes import FakeAssistant
from ui.access.auth import PasswordHash, login_check, read_users


def test_a_hash_matches_its_password_alone_and_survives_a_file(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text(f"# who may come in\n\nann:{PasswordHash.of('wörd:$')}\n", "utf-8")
    allowed = login_check(read_users(users))
    assert allowed("ann", "wörd:$")
    assert not allowed("ann", "word")
    assert not allowed("bob", "wörd:$")
    assert not allowed("", "")
    assert not allowed("bob", "")


def test_a_password_is_salted() -> None:
    assert str(PasswordHash.of("x")) != str(PasswordHash.of("x"))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# nobody\n",
        "ann",
        "ann:",
        "ann:secret",
        "ann:scrypt$1$2$3$x$y",
        "ann:scrypt$7$8$5$AAAA$AAAA",
        "\udcff",
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    users = tmp_path / "users"
    users.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError):
        read_users(users)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_users(tmp_path / "absent")


def test_the_page_asks_for_a_login(tmp_path: Path) -> None:
    from ui.access.address import Address
    from ui.commands.serve import served
    from ui.service.site import HouseRules

    users = tmp_path / "users"
    users.write_text(f"ann:{PasswordHash.of('secret')}\n")
    address = Address(port=free_port())
    with served(FakeAssistant(store=tmp_path), address, HouseRules(users)) as url:  # type: ignore[arg-type]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/gradio_api/info")
        refused.value.close()
        assert refused.value.code == 401
        call = urllib.request.Request(f"{url}/login", data=b"username=ann&password=secret")
        with urllib.request.urlopen(call) as response:
            assert response.status == 200
