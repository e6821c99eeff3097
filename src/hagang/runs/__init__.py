"""Runs: the public `fit`, the `Run` that it returns, and run folders on disk."""

from hagang.runs.batch_size import choose_batch_size as choose_batch_size
from hagang.runs.compare import differences as differences
from hagang.runs.fitting import fit as fit
from hagang.runs.folder import MODEL as MODEL
from hagang.runs.folder import check_folder as check_folder
from hagang.runs.opening import find_runs as find_runs
from hagang.runs.opening import open_run as open_run
from hagang.runs.opening import read_record as read_record
from hagang.runs.report_section import ReportSection as ReportSection
from hagang.runs.run import Run as Run
