"""Rows as Parquet: typed columns, row groups of a bounded size."""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from gateway.export.columns import Column, Kind
from gateway.export.forms import Rows

GROUP_BYTES: Final = 16 * 1024 * 1024
GROUP_ROWS: Final = 50_000
TYPES: Final[dict[Kind, pa.DataType]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "time": pa.timestamp("ms", "UTC"),
    "date": pa.date32(),
    "document": pa.string(),  # JSON text: a document's fields differ from row to row
    "texts": pa.list_(pa.string()),
}


class Tray:
    """A file for pyarrow to write to, emptied after each portion."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


class ParquetWriting:
    """Whole only with its footer, which comes last."""

    def __init__(self, columns: Sequence[Column]) -> None:
        fields = [pa.field(c.name, TYPES[c.kind], metadata=_told(c)) for c in columns]
        self._schema = pa.schema(fields)
        self._tray = Tray()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._tray, mode="w"), self._schema, compression="zstd"
        )
        self._waiting: list[pa.RecordBatch] = []

    def begin(self) -> bytes:
        return self._tray.take()

    def rows(self, rows: Rows) -> bytes:
        columns = [
            pa.array(values, field.type)
            for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
        ]
        self._waiting.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        size = sum(batch.nbytes for batch in self._waiting)
        count = sum(batch.num_rows for batch in self._waiting)
        if size >= GROUP_BYTES or count >= GROUP_ROWS:
            self._write_group()
        return self._tray.take()

    def end(self) -> bytes:
        self._write_group()
        self._writer.close()
        return self._tray.take()

    def _write_group(self) -> None:
        if self._waiting:
            group = pa.Table.from_batches(self._waiting, self._schema)
            self._writer.write_table(group, row_group_size=group.num_rows)
            self._waiting.clear()


def _told(column: Column) -> dict[str, str] | None:
    return {"content": "application/json"} if column.kind == "document" else None
