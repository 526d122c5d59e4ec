"""Files that arrive with a form stay in memory: what a client sends is never written to a disk before it is sealed.

More than fits is read and thrown away, so that the rest of the form is still understood; the file's `size` then tells how
much it was, and whoever takes the file says so to the person.
"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

A_FILE = 5 * 2**20
A_REQUEST = 20 * 2**20


class InMemoryOnly(FileUploadHandler):
    """Keeps at most A_FILE bytes a file and A_REQUEST bytes a request."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept_in_all = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin an empty file."""
        super().new_file(*args, **kwargs)
        self.content = BytesIO()
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what fits, count all of it; returning nothing tells Django that it is taken care of."""
        room = min(A_FILE - self.content.tell(), A_REQUEST - self.kept_in_all)
        self.kept_in_all += self.content.write(raw_data[: max(room, 0)])
        self.size += len(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file; `size` counts what arrived, also when it was more than is kept."""
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name, self.content_type or "", self.size, self.charset
        )
