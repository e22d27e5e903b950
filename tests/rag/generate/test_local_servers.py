from __future__ import annotations

from rag.generate.local_servers import FoundServer, local_servers
from tests.rag.generate import servers
from tests.rag.generate.servers import serving


def test_a_server_that_lists_models_is_found_and_not_used() -> None:
    with serving(servers.says("Hello."), models=("one", "two")) as server:
        port = server.server_address[1]
        url = f"http://127.0.0.1:{port}/v1"
        found = local_servers({port: "Ollama"}, timeout_seconds=10)
        assert found == [FoundServer("Ollama", url, ("one", "two"))]
        assert found[0].choices == (f"{url}#one", f"{url}#two")
        assert server.requests == []


def test_nothing_is_found_where_nothing_listens() -> None:
    with serving(servers.says("Hello.")) as server:
        port = server.server_address[1]
    assert local_servers({port: "Ollama"}) == []
