"""A conversation -> the question that stands alone, and what is known of the user."""

from rag.conversation.personal import VAGUE as VAGUE
from rag.conversation.personal import closing_question as closing_question
from rag.conversation.personal import known_already as known_already
from rag.conversation.profile import in_words as in_words
from rag.conversation.signs import is_follow_up as is_follow_up
from rag.conversation.thread import Standalone as Standalone
from rag.conversation.thread import standalone as standalone
