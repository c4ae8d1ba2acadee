"""Parquet: the columns of a row, typed; what is missing is null."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from al_widgets.exceptions import MissingExtra
from al_widgets.export._rows import COLUMNS, Found, unreadable
from al_widgets.pool import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from al_widgets.export._gathering import Labels
    from al_widgets.export._rows import Row
    from al_widgets.pool import Pool

_TYPES = {
    "time": "timestamp",
    "seconds": "float64",
    "round": "int64",
    "confidence": "float64",
    "parents": "list",
}


def write(labels: Labels, path: Path) -> None:
    """Write the rows, a chunk at a time."""
    pa, pq = _pyarrow()
    schema = pa.schema([(name, _type(pa, name)) for name in labels.columns])
    rows = labels.rows()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while chunk := list(islice(rows, CHUNK)):
            writer.write_batch(_batch(pa, schema, labels, chunk))


def _batch(pa: Any, schema: Any, labels: Labels, rows: list[Row]) -> Any:
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    if labels.origins:
        origins = [labels.origin(row.item) for row in rows]
        columns += [list(column) for column in zip(*origins, strict=True)]
    for i, name in enumerate(schema.names):
        if name == "time":
            columns[i] = [None if t is None else round(t * 1e6) for t in columns[i]]
        elif name != "item":
            columns[i] = [None if value in ("", ()) else value for value in columns[i]]
    arrays = [
        pa.array(column, type=schema.field(name).type)
        for name, column in zip(schema.names, columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)


def _type(pa: Any, name: str) -> Any:
    kind = _TYPES.get(name, "string")
    if kind == "list":
        return pa.list_(pa.string())
    return pa.timestamp("us", tz="UTC") if kind == "timestamp" else getattr(pa, kind)()


def read(path: Path, _pool: Pool, _names: tuple[str, ...]) -> Iterator[Found]:
    """Yield what stands in each row, counted from 1."""
    pa, pq = _pyarrow()
    try:
        with pq.ParquetFile(path) as file:
            known = file.schema_arrow.names
            if missing := [name for name in ("item", "label") if known.count(name) != 1]:
                raise unreadable(
                    path,
                    f"the columns {known[:20]}, of which {' and '.join(missing)} is missing",
                    "Name the columns item and label",
                )
            columns = [name for name in COLUMNS if name in known]
            number = 0
            for batch in file.iter_batches(batch_size=CHUNK, columns=columns):
                for number, fields in enumerate(batch.to_pylist(), start=number + 1):  # noqa: B020
                    yield Found(f"row {number}", fields)
    except pa.ArrowInvalid as error:
        raise unreadable(path, str(error), "Pass a Parquet file") from error


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra(
            "Parquet needs the library pyarrow",
            str(error),
            'Install it: pip install "al_widgets[parquet]", or export to CSV',
        ) from error
    return pa, pq
