//! What the person is told about a broken rule: what is wrong and how to mend it.

use crate::definition::{Component, Form};
use crate::env::Env;
use crate::html;
use crate::interpolate::blank;
use crate::js::Js;
use crate::message_context::fill;
use crate::run::Failure;
use crate::translate::Language;
use crate::view::FieldError;

/// Failures in words.
pub(crate) fn errors(form: &Form, env: &Env, data: &Js, failures: &[Failure]) -> Vec<FieldError> {
    failures
        .iter()
        .map(|failure| error(form, env, data, failure))
        .collect()
}

/// One failure in words, over the data that it was found in.
pub(crate) fn error(form: &Form, env: &Env, data: &Js, failure: &Failure) -> FieldError {
    let message = match form.component(failure.id) {
        Some(component) => {
            let language = Language::of(form, env);
            own_words(component, &language, data, failure)
                .unwrap_or_else(|| words(component, &language, env, failure))
        }
        None => failure.broken.key.clone(),
    };
    FieldError {
        path: failure.path.clone(),
        rule: failure.broken.rule.clone(),
        message,
    }
}

/// The definition's own message, which wins.
fn own_words(
    component: &Component,
    language: &Language,
    data: &Js,
    failure: &Failure,
) -> Option<String> {
    let key = &failure.broken.key;
    let given = component.dig("validate.customMessage");
    let by_rule = component.prop("errors").prop(key);
    let text = if given.truthy() {
        given.to_text()
    } else if by_rule.truthy() {
        by_rule.to_text()
    } else if is_message(failure) {
        key.clone()
    } else {
        return None;
    };
    Some(fill(
        &language.say(&text),
        component,
        language,
        data,
        failure,
    ))
}

/// A script's result, or a message property, stands where form.io's message key would.
fn is_message(failure: &Failure) -> bool {
    let (rule, key) = (failure.broken.rule.as_str(), failure.broken.key.as_str());
    match rule {
        "custom" => key != "custom",
        "json" => key != "jsonLogic",
        "pattern" => key != "pattern",
        "minSelectedCount" => key != "minSelectedCount",
        other => other == key && words_for(key, "", "", false).is_none(),
    }
}

/// What the field is called, without answers that its label shows.
fn label(component: &Component, language: &Language) -> String {
    blank(&language.say(component.label()))
}

fn words(component: &Component, language: &Language, env: &Env, failure: &Failure) -> String {
    let label = html::plain(&label(component, language));
    let label = label.trim_end_matches([':', '*', ' ']).to_owned();
    let english = env.english();
    words_for(&failure.broken.key, &label, &failure.broken.limit, english).unwrap_or_else(|| {
        if english {
            format!("{label}: please check this answer.")
        } else {
            format!("{label}: câu trả lời chưa đúng, hãy xem lại.")
        }
    })
}

fn words_for(key: &str, label: &str, limit: &str, english: bool) -> Option<String> {
    let (vi, en) = match key {
        "required" | "requiredDayEmpty" => (
            format!("{label}: chưa có. Hãy điền mục này."),
            format!("{label} is missing. Please fill it in."),
        ),
        "requiredDayField" => (
            format!("{label}: thiếu ngày. Hãy điền thêm ngày."),
            format!("{label}: add the day."),
        ),
        "requiredMonthField" => (
            format!("{label}: thiếu tháng. Hãy điền thêm tháng."),
            format!("{label}: add the month."),
        ),
        "requiredYearField" => (
            format!("{label}: thiếu năm. Hãy điền thêm năm."),
            format!("{label}: add the year."),
        ),
        "minLength" => (
            format!("{label}: quá ngắn. Hãy viết ít nhất {limit} ký tự."),
            format!("{label} is too short. Write at least {limit} characters."),
        ),
        "maxLength" => (
            format!("{label}: quá dài. Hãy rút còn tối đa {limit} ký tự."),
            format!("{label} is too long. Use at most {limit} characters."),
        ),
        "minWords" => (
            format!("{label}: quá ngắn. Hãy viết ít nhất {limit} từ."),
            format!("{label} is too short. Write at least {limit} words."),
        ),
        "maxWords" => (
            format!("{label}: quá dài. Hãy rút còn tối đa {limit} từ."),
            format!("{label} is too long. Use at most {limit} words."),
        ),
        "min" => (
            format!("{label}: quá nhỏ. Hãy điền số từ {limit} trở lên."),
            format!("{label} is too small. Enter {limit} or more."),
        ),
        "max" => (
            format!("{label}: quá lớn. Hãy điền số không quá {limit}."),
            format!("{label} is too large. Enter {limit} or less."),
        ),
        "minYear" => (
            format!("{label}: năm phải từ {limit} trở đi."),
            format!("{label}: the year must be {limit} or later."),
        ),
        "maxYear" => (
            format!("{label}: năm không được sau {limit}."),
            format!("{label}: the year must be {limit} or earlier."),
        ),
        "minDate" => (
            format!("{label}: ngày phải từ {limit} trở đi."),
            format!("{label}: the date must be {limit} or later."),
        ),
        "maxDate" => (
            format!("{label}: ngày không được sau {limit}."),
            format!("{label}: the date must be {limit} or earlier."),
        ),
        "minSelectedCount" => (
            format!("{label}: hãy chọn ít nhất {limit} mục."),
            format!("{label}: choose at least {limit}."),
        ),
        "maxSelectedCount" => (
            format!("{label}: chỉ được chọn tối đa {limit} mục."),
            format!("{label}: choose at most {limit}."),
        ),
        "pattern" => (
            format!("{label}: chưa đúng mẫu. Hãy xem gợi ý và viết lại."),
            format!("{label} is not in the expected form. See the hint and write it again."),
        ),
        "mask" => (
            format!("{label}: chưa đủ hoặc chưa đúng mẫu. Hãy điền đủ các ký tự."),
            format!("{label} is incomplete. Fill in every character."),
        ),
        "invalid_email" => (
            format!("{label}: chưa phải thư điện tử. Hãy viết như ten@vidu.vn."),
            format!("{label} is not an e-mail address. Write it like name@example.com."),
        ),
        "invalid_url" => (
            format!("{label}: chưa phải địa chỉ trang. Hãy viết như https://vidu.vn."),
            format!("{label} is not a web address. Write it like https://example.com."),
        ),
        "invalidDate" | "invalidDay" => (
            format!("{label}: không có ngày này. Hãy viết ngày/tháng/năm, ví dụ 05/09/2020."),
            format!("{label} is not a real date. Write day/month/year, for example 05/09/2020."),
        ),
        "time" => (
            format!("{label}: chưa phải giờ. Hãy viết giờ:phút, ví dụ 08:30."),
            format!("{label} is not a time. Write hours:minutes, for example 08:30."),
        ),
        "number" => (
            format!("{label}: chưa phải số. Hãy chỉ dùng chữ số."),
            format!("{label} is not a number. Use digits only."),
        ),
        "invalidOption" => (
            format!("{label}: không có trong danh sách. Hãy chọn một mục có sẵn."),
            format!("{label} is not in the list. Choose one of the options."),
        ),
        "array" => (
            format!("{label}: phải là một danh sách. Hãy điền lại."),
            format!("{label} must be a list. Fill it in again."),
        ),
        "array_nonempty" => (
            format!("{label}: chưa có mục nào. Hãy thêm ít nhất một mục."),
            format!("{label} is empty. Add at least one entry."),
        ),
        "nonarray" => (
            format!("{label}: chỉ nhận một giá trị. Hãy điền lại."),
            format!("{label} takes one value only. Fill it in again."),
        ),
        "custom" | "jsonLogic" => (
            format!("{label}: chưa hợp lệ. Hãy xem lại."),
            format!("{label} is not accepted. Please check it."),
        ),
        "vnCitizenId" => (
            format!("{label}: số định danh có 12 chữ số. Hãy kiểm tra lại trên thẻ."),
            format!("{label}: the number has 12 digits. Check it on the card."),
        ),
        "vnTaxCode" => (
            format!("{label}: mã số thuế có 10, 12 hoặc 13 chữ số. Hãy kiểm tra lại."),
            format!("{label}: a tax code has 10, 12 or 13 digits. Check it again."),
        ),
        "vnPhone" => (
            format!("{label}: chưa phải số điện thoại. Hãy viết như 0912 345 678."),
            format!("{label} is not a phone number. Write it like 0912 345 678."),
        ),
        "vnName" => (
            format!("{label}: họ tên phải viết bằng chữ. Hãy viết lại."),
            format!("{label}: a name is written in letters. Write it again."),
        ),
        "vnDate" => (
            format!("{label}: không có ngày này. Hãy viết ngày/tháng/năm, ví dụ 05/09/2020."),
            format!("{label} is not a real date. Write day/month/year, for example 05/09/2020."),
        ),
        "vnPartialDate" => (
            format!("{label}: hãy viết năm, tháng/năm hoặc ngày/tháng/năm."),
            format!("{label}: write a year, month/year or day/month/year."),
        ),
        "vnMoney" => (
            format!("{label}: chưa phải số tiền. Hãy viết số đồng, ví dụ 150.000."),
            format!("{label} is not an amount. Write whole đồng, for example 150.000."),
        ),
        "vnAddress" => (
            format!("{label}: không có xã, phường, đặc khu này. Hãy chọn trong danh mục."),
            format!("{label}: there is no such commune. Choose one from the list."),
        ),
        _ => return None,
    };
    Some(if english { en } else { vi })
}
