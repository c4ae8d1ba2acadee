"""What a learner keeps elsewhere: its log in a new store, its labels in files of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from al_widgets.export import gather, read_labels, write_labels
from al_widgets.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from al_widgets.export import Imported, Labels
    from al_widgets.propagation import Propagation


class Keeping(Reading):
    """The part of an `al_widgets.ActiveLearner` that writes elsewhere; it is made there."""

    def save(self, where: str | Path) -> None:
        """Copy the log into a new store, and go on there: for labels that began in memory."""
        self._log.move_to(where)
        self._keep_geometry()
        self._log.notify()

    def export(
        self,
        path: str | Path,
        *,
        format: str | None = None,  # noqa: A002
        overwrite: bool = False,
        propagation: Propagation | None = None,
        synthetic: bool = True,
    ) -> None:
        """Write the labels, each with where it came from, for other tools and for later.

        Each row has ``item``, ``label``, ``annotator``, ``time`` (UTC), ``seconds``, ``source``,
        ``strategy``, ``round``, ``confidence`` (1 where somebody answered) and ``event``; an item
        that several people labeled has a row for each. Items that were skipped are told to Label
        Studio and Prodigy only. What streams accepted follows in tables, source "accepted"; such
        items are not kept, and so are in none of the other formats. Items that were made and that
        models learn from come last, source "synthetic"; then tables have two columns more,
        ``parents`` (ids) and ``recipe``. Where nobody said its label, an item that was made has no
        annotator, and a confidence only if it inherits several classes: the share of this one.
        The file is written whole or not at all.

        Parameters
        ----------
        path : str or Path
            The ending tells the format: ``.csv``, ``.parquet`` (needs
            ``pip install "al_widgets[parquet]"``), ``.jsonl``, ``.json`` for Label Studio, none
            for a folder of pictures by class.
        format : str, optional
            "csv", "parquet", "jsonl", "label-studio", "prodigy" or "folder", whatever the ending.
        overwrite : bool
            Whether to replace a file that is there, or a folder that an earlier export wrote.
        propagation : Propagation, optional
            What :meth:`propagate` returned: all items are written then. Where there is an answer,
            that counts, also one given since. A label that was withheld is left empty, and its
            item has no prediction, no choice and no picture. Only the answers when None.
        synthetic : bool
            Whether to write items that were made. Those that are held back, rejected or switched
            off, and those whose parents have another label now, are never written.

        Raises
        ------
        InvalidInput
            If there is something at `path`, or the format is not known; nothing was written.
        ExportFailed
            If it could not be written. What was there is as it was.
        MissingExtra
            If pyarrow is missing.

        Notes
        -----
        In CSV every value is written as it is. A spreadsheet may take a label such as ``=A1`` for
        a formula: import the columns as text there.

        `al_widgets.export.labeling_config` returns the labeling interface for Label Studio.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from al_widgets import ActiveLearner, datasets
        >>> pool, y = datasets.load_digits()
        >>> learner = ActiveLearner(pool, classes=range(10), validation=None)
        >>> learner.label("7", 7)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     learner.export(Path(folder, "labels.csv"))
        ...     Path(folder, "labels.csv").read_text()[:22]
        'item,label,annotator,t'
        """

        def labels() -> Labels:
            with self._log.current() as state:
                names = self._classes.names
                return gather(
                    state, self.store, self.pool, names, propagation, synthetic=bool(synthetic)
                )

        write_labels(labels, path, format=format, overwrite=overwrite)

    def import_labels(self, path: str | Path, *, format: str | None = None) -> Imported:  # noqa: A002
        r"""Take in the labels of a file: one that :meth:`export` wrote, or another tool.

        A table needs only the columns ``item`` and ``label``. What else a row says is kept:
        annotator ("imported" if there is none), time (now), seconds, strategy, round. Imported
        labels train the model, and measure it where they were drawn to validate. They cost no
        answer of the budget, and undo does not reach them; a label or a skip by hand replaces them.
        Rows of a model, rows of items that were made (source "synthetic"), rows without a label and
        rows that say what the log says already are passed over. To import a file twice changes
        nothing. Training starts by itself on a worker.

        Parameters
        ----------
        path, format
            As for :meth:`export`. A folder without ``labels.csv`` is read by its names: folders
            are classes, files are items.

        Returns
        -------
        Imported
            How many labels were recorded, and how many rows were passed over.

        Raises
        ------
        ImportRefused
            If a row cannot be read, is repeated, is of an unknown item or class, or contradicts
            another row or what the same annotator said before. All such rows are listed, and
            nothing was imported.
        InvalidInput, MissingExtra, StoreError
            And nothing was imported.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from al_widgets import ActiveLearner, datasets
        >>> pool, y = datasets.load_digits()
        >>> learner = ActiveLearner(pool, classes=range(10), validation=None)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "labels.csv")
        ...     _ = file.write_text("item,label\n7,7\n8,8\n9,\n")
        ...     learner.import_labels(file)
        <Imported: 2 labels; passed over: 1 without a label>
        """
        incoming = read_labels(path, self.pool, self._classes.names, format=format)
        self._answers.take_in(incoming.decide)
        return incoming.result

    def _keep_geometry(self) -> None:
        """Keep what is computed about the pool beside its labels."""
        if (folder := self.store.folder) is not None:
            self.pool.geometry.keep_in(folder / ".al_widgets")
