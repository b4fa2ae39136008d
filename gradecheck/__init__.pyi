from gradecheck.agreement.decorator import agrees_with as agrees_with
from gradecheck.agreement.given import assert_agrees as assert_agrees
from gradecheck.agreement.given import assert_within as assert_within
from gradecheck.agreement.wording import Agreed as Agreed
from gradecheck.arguments import kinds as kinds
from gradecheck.arguments.possible import Possible as Possible
from gradecheck.numbers.compare import Verdict as Verdict
from gradecheck.packs.contract import ANY as ANY
from gradecheck.packs.contract import Argument as Argument
from gradecheck.packs.contract import Contract as Contract
from gradecheck.packs.contract import Form as Form
from gradecheck.packs.contract import History as History
from gradecheck.packs.contract import Sketch as Sketch
from gradecheck.packs.contract import gradient_of as gradient_of
from gradecheck.packs.mistakes.mistake import Guard as Guard
from gradecheck.packs.mistakes.mistake import Mistake as Mistake
from gradecheck.packs.pack import Pack as Pack
from gradecheck.packs.pack import PackError as PackError
from gradecheck.packs.variant import Variant as Variant
from gradecheck.reporting import parts as parts
from gradecheck.testing import Verified as Verified
from gradecheck.testing import parametrize as parametrize
from gradecheck.testing import verify as verify
from gradecheck.traced.bounds import Bound as Bound
from gradecheck.traced.bounds import bound as bound
from gradecheck.traced.bounds import gradient_bound as gradient_bound

__version__: str
HOMES: dict[str, str]
