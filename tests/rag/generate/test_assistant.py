"""The assistant with a language model: the whole way, from --model to the events of an answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag import open_assistant
from rag.errors import ModelError, QuestionError
from rag.types import Done, Embedded, Message, Token
from tests.rag.generate import servers
from tests.rag.generate.servers import serving

TRUE = "Senior AI engineers in Europe earn €100,000–€180,000 a year [1]."
ASKED: list[Message] = [{"role": "user", "content": "What do senior AI engineers earn in Europe?"}]


def test_a_server_writes(corpus: Path, tmp_path: Path) -> None:
    with serving(servers.says(f"{TRUE} Juniors earn €999,999 [1].")) as server:
        assistant = open_assistant(corpus, tmp_path, server.url)
        assert assistant.writers.names == ("embedded", server.url)
        events = list(assistant.stream(ASKED))
        alone = assistant.answer(ASKED, model="embedded")
        declined = assistant.answer([{"role": "user", "content": "Who won the 1954 world cup?"}])
        asked = len(server.requests)
    [embedded] = [e for e in events if isinstance(e, Embedded)]
    done = events[-1]
    assert isinstance(done, Done)
    shown = "".join(e.text for e in events if isinstance(e, Token))
    assert shown == done.answer.text
    assert TRUE in shown
    assert "999" not in shown
    assert done.answer.generation is not None
    assert done.answer.generation.removed == 1
    assert embedded.answer.text == alone.text
    assert alone.generation is None
    # A decline is the program's own: no model is asked.
    assert declined.abstained
    assert asked == 1


def test_a_question_names_its_model(corpus: Path, tmp_path: Path) -> None:
    with (
        serving(servers.says(TRUE)) as one,
        serving(servers.says(TRUE), models=("a", "b")) as two,
    ):
        models = ("embedded", one.url, f"{two.url}#b")
        assistant = open_assistant(corpus, tmp_path, models)
        assert assistant.writers.names == models
        assert assistant.writers.servers == tuple(s.url.split("/")[2] for s in (one, two))
        assert assistant.answer(ASKED).generation is None  # the first named answers
        assert assistant.answer(ASKED, model=models[1]).model == "tiny"
        assert assistant.answer(ASKED, model=models[2]).model == "b"
        assert [len(s.requests) for s in (one, two)] == [1, 1]
        with pytest.raises(QuestionError, match="no model gpt is set up"):
            assistant.answer(ASKED, model="gpt")


def test_whoever_stops_listening_stops_the_model_at_once(corpus: Path, tmp_path: Path) -> None:
    with serving(servers.mumbles) as server:
        assistant = open_assistant(corpus, tmp_path, server.url)
        events = assistant.stream(ASKED)
        embedded = next(e for e in events if isinstance(e, Embedded))
        # No sentence is complete yet, but there are signs of life to stop at.
        assert next(events) == Token("")
        events.close()  # type: ignore[attr-defined]
        assert server.left_alone.wait(60)
        assert embedded.answer.model == "embedded"


def test_a_model_of_random_weights_never_costs_the_answer(
    corpus: Path, tmp_path: Path, tiny: Path
) -> None:
    assistant = open_assistant(corpus, tmp_path, str(tiny))
    answer = assistant.answer(ASKED)
    assert answer.text == assistant.answer(ASKED, model="embedded").text
    assert answer.generation is not None
    assert not answer.generation.used
    assert answer.generation.reused_prompt_tokens > 0.3 * answer.generation.prompt_tokens


@pytest.mark.parametrize("model", ["./missing", "http://127.0.0.1:9/v1"])
def test_a_model_that_is_not_there_is_one_line(corpus: Path, tmp_path: Path, model: str) -> None:
    with pytest.raises(ModelError) as raised:
        open_assistant(corpus, tmp_path, model)
    assert "\n" not in str(raised.value)
    assert model in str(raised.value)


def test_a_hub_that_cannot_be_reached_is_one_line() -> None:
    code = (
        "from rag.generate.hub import model_folder\n"
        "from rag.errors import ModelError\n"
        "try:\n    model_folder('Qwen/none')\n"
        "except ModelError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).resolve().parents[3],
    )
    [line] = done.stdout.splitlines()
    assert line.startswith("--model Qwen/none is not on this machine")


def test_the_embedded_default_loads_neither_client_nor_generation(
    corpus: Path, tmp_path: Path
) -> None:
    code = (
        "import sys\nfrom rag import open_assistant\nopen_assistant(sys.argv[1], sys.argv[2])\n"
        "print({'openai', 'httpx2', 'rag.generate.local', 'rag.generate.server'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(corpus), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.stdout.strip() == "set()", done.stderr
