//! The JSON Schema of the configuration, which editors read.

use serde_json::{Map, Value, json};

use super::file::ConfigFile;
use crate::knowledge::Knowledge;
use crate::rules;
use crate::target::Target;

/// The JSON Schema of the configuration, as text.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(ConfigFile).to_value();
    without_null(&mut schema);
    let rules: Vec<&str> = rules::pages().iter().map(|page| page.name).collect();
    let targets: Vec<&str> = Target::all().iter().map(|target| &*target.name).collect();
    let distributions: Vec<&str> = Knowledge::tables().distributions().collect();
    for (place, known) in [
        ("/properties/targets/items", &targets),
        (
            "/properties/per-file-ignores/additionalProperties/items",
            &rules,
        ),
        ("/$defs/OwnBase/properties/distribution", &distributions),
    ] {
        set(&mut schema, place, "enum", json!(known));
    }
    set(
        &mut schema,
        "/properties/rules",
        "propertyNames",
        json!({ "enum": rules }),
    );
    set(&mut schema, "/properties/targets", "minItems", json!(1));
    set(&mut schema, "/properties", "options", options());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// What there is to choose about each target.
fn options() -> Value {
    let targets = Target::all().iter().map(|target| {
        let options = target.options.iter().map(|option| {
            // A switch can be written with quotes and without.
            let values = option.values.iter().flat_map(|value| {
                let switch = value.parse::<bool>().ok().map(Value::from);
                switch.into_iter().chain([Value::from(value.as_str())])
            });
            let values: Vec<Value> = values.collect();
            let choice = json!({ "description": option.about, "enum": values });
            (option.name.clone(), choice)
        });
        let options: Map<String, Value> = options.collect();
        let table = json!({
            "type": "object",
            "properties": options,
            "additionalProperties": false,
        });
        (target.name.to_string(), table)
    });
    let targets: Map<String, Value> = targets.collect();
    json!({
        "description": "What is chosen about targets, by their names.",
        "type": "object",
        "properties": targets,
        "additionalProperties": false,
    })
}

fn set(schema: &mut Value, place: &str, key: &str, value: Value) {
    if let Some(Value::Object(found)) = schema.pointer_mut(place) {
        found.insert(key.to_owned(), value);
    }
}

/// TOML has no null: what may be left out is not there. Texts are lines of the program's source, and
/// become one.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            unwrap_choice(members);
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|one| one != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    members.insert("type".to_owned(), one);
                }
            }
            members.retain(|key, value| !(key == "default" && value.is_null()));
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            members.values_mut().for_each(without_null);
        }
        Value::Array(list) => list.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// A choice between something and null is that something.
fn unwrap_choice(members: &mut Map<String, Value>) {
    let is_null = |one: &Value| one["type"] == "null";
    let Some(Value::Array(choices)) = members.get("anyOf") else {
        return;
    };
    if let [Value::Object(one), other] = choices.as_slice()
        && is_null(other)
    {
        let one = one.clone();
        members.remove("anyOf");
        members.extend(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_schema_of_the_repository_is_that_of_the_types() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/docs/diegolint.toml.schema.json"
        );
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(path, schema()).expect("the schema can be written");
        }
        let kept = std::fs::read_to_string(path).expect("the schema");
        assert!(
            kept == schema(),
            "{path} is another: UPDATE_EXPECTED=1 cargo test --lib schema writes it"
        );
    }

    #[test]
    fn the_schema_takes_what_the_program_takes() {
        let schema: Value = serde_json::from_str(&schema()).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for (text, takes) in [
            ("", true),
            (
                "targets = [\"cf\"]\nstyle = \"guard\"\nfail-on = \"never\"",
                true,
            ),
            ("targets = [\"cg\"]", false),
            ("targets = []", false),
            ("[options.cf]\nnope = true", false),
            ("[options.cf]\nallow-root = \"maybe\"", false),
            ("[options.cf]\nallow-root = \"true\"", true),
            ("target = [\"cf\"]", false),
            (
                "[options.cf]\nallow-root = false\nhealth-check-type = \"http\"",
                true,
            ),
            ("[options.cf]\nallow-root = 1", false),
            ("[options.heroku]\na = true", false),
            ("[rules]\nvolume = \"off\"", true),
            ("[rules]\nvolumes = \"off\"", false),
            ("[rules]\nvolume = \"ignore\"", false),
            ("[per-file-ignores]\n\"a/*\" = [\"volume\"]", true),
            ("[per-file-ignores]\n\"a/*\" = [\"volum\"]", false),
            (
                "[[servers]]\nname = \"a\"\nprotocol = \"http\"\nport = 80",
                true,
            ),
            ("[[servers]]\nname = \"a\"", false),
            (
                "[[bases]]\nnames = [\"a\"]\ndistribution = \"debian\"",
                true,
            ),
            (
                "[[bases]]\nnames = [\"a\"]\ndistribution = \"debain\"",
                false,
            ),
        ] {
            let value: toml::Value = toml::from_str(text).expect("TOML");
            let value = serde_json::to_value(value).expect("JSON");
            assert_eq!(validator.is_valid(&value), takes, "{text}");
            let dir = tempfile::tempdir().expect("a folder");
            let file = dir.path().join("diegolint.toml");
            std::fs::write(&file, text).expect("a file");
            let read = Config::read(&file, "diegolint.toml".into());
            assert_eq!(read.is_ok(), takes, "{text}: {read:?}");
        }
    }
}
