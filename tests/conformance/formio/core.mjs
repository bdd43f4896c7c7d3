// form.io's own engine: both passes over a submission, with what form.io's server lends to scripts.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const now = Date.parse(process.env.HOSO_NOW ?? '2026-11-21T03:00:00Z');

// Both engines are asked at the same moment.
const RealDate = Date;
globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now);
    else super(...args);
  }

  static now() {
    return now;
  }
};

const core = require('@formio/core');
const lodash = require('lodash');
const moment = require('moment');

for (const name of ['log', 'warn', 'error']) console[name] = () => {};

/** The components around one, from the outside. */
function around(components, component) {
  for (const one of components ?? []) {
    if (one === component) return [];
    const cells = one?.columns ?? (Array.isArray(one?.rows) ? one.rows.flat() : undefined);
    const inside = cells ? cells.flatMap((cell) => cell?.components ?? []) : one?.components;
    const found = around(inside, component);
    if (found) return [one, ...found];
  }
  return undefined;
}

// What form.io's renderer has as `parent`, with the same properties as the instance itself.
function parentOf(args, root) {
  const data = args.data ?? {};
  const whole = String(args.paths?.dataPath ?? args.path ?? '');
  let parent = root;
  let base = '';
  let rowIndex;
  for (const component of around(args.form?.components, args.component) ?? []) {
    const model = core.Utils.getModelType(component);
    const keeps = !['none', 'content'].includes(model);
    const path = keeps && base ? `${base}.${component.key}` : keeps ? component.key : base;
    const row = base ? lodash.get(data, base) : data;
    const value = keeps ? lodash.get(data, path) : undefined;
    parent = {
      root,
      parent,
      component,
      key: component.key,
      type: component.type,
      data: row,
      row,
      path,
      options: {},
      rowIndex,
      dataValue: value,
      getValue: () => value,
      t: (text) => text,
    };
    base = path;
    const index = whole.slice(path.length).match(/^\[(\d+)\]/);
    if (/^nested/i.test(model) && index) {
      rowIndex = Number(index[1]);
      base += index[0];
    }
    if (['nestedDataArray', 'dataObject'].includes(model)) base += '.data';
  }
  return parent;
}

// What form.io's server lends to scripts: an unknown property of the instance reads as undefined.
function instanceOf(args) {
  const root = {
    submission: args.submission,
    data: args.data,
    form: args.form,
    component: args.form,
    options: {},
    t: (text) => text,
    getComponent: (path) => {
      const component = core.Utils.getComponent(args.form?.components ?? [], path);
      if (!component) return undefined;
      const value = core.Utils.getComponentValue(args.form, args.data, path);
      return { component, key: component.key, type: component.type, dataValue: value, getValue: () => value };
    },
  };
  root.root = root;
  return {
    root,
    parent: parentOf(args, root),
    component: args.component,
    key: args.component?.key,
    type: args.component?.type,
    data: args.row,
    row: args.row,
    path: args.path,
    options: {},
    rowIndex: args.rowIndex,
    dataValue: args.input,
    getValue: () => args.input,
    t: (text) => text,
  };
}

class Evaluator extends core.DefaultEvaluator {
  evaluate(func, args = {}, ret = '', interpolate = false, context = {}, options = {}) {
    if (typeof func === 'string') {
      args.rowIndex ??= args.paths?.dataIndex;
      args.options ??= {};
      const instance = args.instance ?? instanceOf(args);
      Object.assign(args, {
        instance,
        self: instance,
        _: lodash,
        moment,
        utils: core.Utils,
        util: core.Utils,
        user: {},
        token: '',
      });
    }
    return super.evaluate(func, args, ret, interpolate, context, options);
  }
}
core.registerEvaluator(new Evaluator());

/** The data, errors and hidden paths of a submission. */
export function process1({ form, submission }) {
  return processOwned(structuredClone(form), structuredClone(submission));
}

/** The same with a form and a submission that may be spoilt: form.io writes into both. */
export function processOwned(form, submission) {
  const context = {
    form,
    submission,
    data: submission.data,
    components: form.components,
    processors: core.ProcessTargets.submission,
    scope: {},
    config: {},
  };
  core.processSync(context);
  const second = { ...context, data: context.data, processors: core.ProcessTargets.evaluator };
  core.processSync(second);
  const { errors = [], conditionals = [] } = second.scope;
  return {
    data: second.data,
    errors: errors.map((error) => ({ path: error.context.path, rule: error.ruleName })),
    hidden: [
      ...new Set(conditionals.filter((entry) => entry.conditionallyHidden).map((entry) => entry.path)),
    ],
  };
}
