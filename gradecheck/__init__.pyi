from gradecheck import kinds as kinds
from gradecheck import parts as parts
from gradecheck.compare import Verdict as Verdict
from gradecheck.contract import ANY as ANY
from gradecheck.contract import Argument as Argument
from gradecheck.contract import Contract as Contract
from gradecheck.contract import Form as Form
from gradecheck.contract import History as History
from gradecheck.contract import Sketch as Sketch
from gradecheck.contract import gradient_of as gradient_of
from gradecheck.mistakes.mistake import Guard as Guard
from gradecheck.mistakes.mistake import Mistake as Mistake
from gradecheck.pack import Pack as Pack
from gradecheck.pack import PackError as PackError
from gradecheck.possible import Possible as Possible
from gradecheck.testing import Verified as Verified
from gradecheck.testing import parametrize as parametrize
from gradecheck.testing import verify as verify
from gradecheck.variant import Variant as Variant

__version__: str
HOMES: dict[str, str]
