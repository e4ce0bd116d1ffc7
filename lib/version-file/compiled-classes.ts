import traverse from '@babel/traverse';
import MagicText from 'magic-string';
import { endOf, parseCode, startOf, type ParsedCode } from '../source-code/javascript.ts';

const COMPILE_NEWER =
  'Compile it for ES2022 or newer ("target": "es2022"), or copy it into a version file and export it there';

/** Gives a class its name in its text too, where a compiler calls it `_Money`. */
export function underName(code: ParsedCode, name: string): ParsedCode {
  const out = new MagicText(code.text);
  traverse(code.file, {
    ClassExpression: ({ node: { id }, parent, scope }) => {
      if (!id || id.name === name || parent.type !== 'ExpressionStatement') return;
      out.overwrite(startOf(id), endOf(id), name);
      for (const { node, parent: around } of scope.getOwnBinding(id.name)?.referencePaths ?? []) {
        const isShorthand = around.type === 'ObjectProperty' && around.shorthand;
        out.overwrite(startOf(node), endOf(node), isShorthand ? `${id.name}: ${name}` : name);
      }
    },
  });
  return parseCode(out.toString().slice(1, -1)) ?? code;
}

/** Why a frozen version cannot contain a class, and what to do. */
interface Outside {
  readonly reason: string;
  /** Left out if the advice for any class is enough. */
  readonly next?: string;
}

/**
 * Finds what belongs to a class but is not in its text: code of the application, or parts that a compiler moved out.
 *
 * @param free the names that the class takes from outside
 */
export function outsideOf(
  type: { readonly prototype: object },
  code: ParsedCode,
  free: readonly string[],
): Outside | undefined {
  if (free.some(name => DECORATES.test(name)))
    return {
      reason: 'has decorators',
      next: 'Leave them out, or copy the class into a version file and export it there',
    };
  if (free.some(name => HELPS.test(name)))
    return { reason: `was compiled for an older JavaScript (it uses ${free.join(', ')})`, next: COMPILE_NEWER };
  if (free.length > 0) return { reason: `uses ${free.join(', ')}` };
  const [statement] = code.file.program.body;
  const expression = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
  if (expression?.type !== 'ClassExpression') return { reason: 'is not a class', next: COMPILE_NEWER };
  const added = addedTo(type, expression.body.body);
  return added.length > 0
    ? { reason: `has ${added.join(', ')} from outside its class`, next: COMPILE_NEWER }
    : undefined;
}

/** Helpers of tsc and swc for decorators. */
const DECORATES =
  /^(?:__(?:decorate|esDecorate|runInitializers|param|metadata)|_ts_(?:decorate|param|metadata)|_apply_decs\w*)$/;

/** Helpers of tsc, swc, Babel and esbuild for JavaScript that is older than the source. */
const HELPS =
  /^(?:tslib(?:_\d+)?|_?tslib\d*|__[a-z]\w*|_(?:define_?[pP]roperty|class_\w+|classPrivate\w+|classCallCheck|callSuper|create_class|createClass|call_super|inherits|async_\w+|asyncToGenerator|await_\w+|object_\w+|objectSpread\w*|objectWithout\w+|to_\w+|toConsumableArray|sliced_to_array|slicedToArray|ts_\w+|super_prop_\w+|extends|get_prototype_of|check_private_\w+|tagged_template_literal))$/;

type Member = Extract<
  Extract<ParsedCode['file']['program']['body'][number], { type: 'ClassDeclaration' }>['body']['body'][number],
  unknown
>;

/** Lists the members that a class has and its text does not: `A.sizes = [1]` after the class. */
function addedTo(type: { readonly prototype: object }, members: readonly Member[]): string[] {
  // These may give it members of any name.
  if (members.some(member => member.type === 'StaticBlock' || ('computed' in member && member.computed))) return [];
  const written = (isStatic: boolean) =>
    members.flatMap(member => {
      if (!('key' in member) || !('static' in member)) return [];
      const { key, static: belongsToClass } = member;
      if (isStatic ? !belongsToClass : belongsToClass) return [];
      if (key.type === 'Identifier') return [key.name];
      return key.type === 'StringLiteral' || key.type === 'NumericLiteral' ? [String(key.value)] : [];
    });
  return [
    ...keysOf(type, ['length', 'name', 'prototype', ...written(true)]),
    ...keysOf(type.prototype, ['constructor', ...written(false)]),
  ];
}

function keysOf(holder: object, known: readonly PropertyKey[]): string[] {
  return Reflect.ownKeys(holder).flatMap(key => (known.includes(key) ? [] : [String(key)]));
}
