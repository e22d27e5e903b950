"""Every error a user can cause, in one tree.

    CareerChatError
    ├── QuestionError       the question cannot be answered as typed (empty, too long)
    ├── CorpusError         the corpus folder is missing, unreadable or empty
    ├── DocumentError       one file cannot be read; the rest is served
    ├── StoreError          the index folder cannot be read or written
    ├── ModelError          a model is missing, altered or will not load
    ├── InputError          a batch, question or settings file is not of its form
    └── QualityError        an evaluation's results are below the limits that were set

A message is one line that says what happened and what to do.
"""


class CareerChatError(Exception):
    """Base of all errors that are shown to the user as one line."""


class QuestionError(CareerChatError):
    pass


class CorpusError(CareerChatError):
    pass


class DocumentError(CareerChatError):
    pass


class StoreError(CareerChatError):
    pass


class ModelError(CareerChatError):
    pass


class InputError(CareerChatError):
    pass


class QualityError(CareerChatError):
    pass
