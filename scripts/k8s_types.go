// Writes tiltfile_ext/values/k8s_types.txt: the field types of the kinds that the Kubernetes API defines.
//
// Run it in any Go module that requires k8s.io/client-go and k8s.io/apiextensions-apiserver (0.36 for
// Tilt 0.37.6):
//
//	go run k8s_types.go > k8s_types.txt
//
// The form of the lines is described in tiltfile_ext/values/k8s_types.py.
package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/client-go/kubernetes/scheme"
)

var unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
var lines = map[reflect.Type]string{}

// short is "apps/v1.Deployment": folder and package of the type, and its name.
func short(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/") + "." + t.Name()
}

// word is the type of a field, in one word.
func word(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		return "*" + word(t.Elem())
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return "!" + t.Name()
	}
	switch t.Kind() {
	case reflect.Struct:
		add(t)
		return "@" + short(t)
	case reflect.Interface:
		return "any"
	case reflect.Map:
		return "{" + named(t, "map[string]"+t.Elem().String()) + "}" + word(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[" + named(t, "[]"+t.Elem().String()) + "]" + word(t.Elem())
	}
	if name := named(t, t.Kind().String()); name != "" {
		return t.Kind().String() + "=" + name
	}
	return t.Kind().String()
}

func named(t reflect.Type, usual string) string {
	if t.String() == usual {
		return ""
	}
	return t.String()
}

func fields(t reflect.Type, embedded []string) (found []string) {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		tag := strings.Split(field.Tag.Get("json"), ",")
		if tag[0] == "" {
			if field.Anonymous {
				found = append(found, fields(field.Type, append(embedded[:len(embedded):len(embedded)], field.Name))...)
			}
			continue
		}
		name := tag[0]
		if len(tag) > 1 && tag[1] == "omitempty" {
			name += "?"
		}
		if len(embedded) > 0 {
			name += ">" + strings.Join(embedded, ".")
		}
		if tag[0] != "-" {
			found = append(found, name+":"+word(field.Type))
		}
	}
	return found
}

func add(t reflect.Type) {
	if _, known := lines[t]; !known {
		lines[t] = ""
		folder, _, _ := strings.Cut(short(t), ".")
		line := strings.Join(fields(t, nil), " ")
		lines[t] = short(t) + " " + strings.ReplaceAll(line, "@"+folder+".", "@.")
	}
}

func main() {
	_ = apiextensionsv1.AddToScheme(scheme.Scheme) // as Tilt does, by way of Helm
	_ = apiextensionsv1beta1.AddToScheme(scheme.Scheme)
	status := statusTypes()
	kinds := map[string][]string{}
	for gvk, t := range scheme.Scheme.AllKnownTypes() {
		if strings.HasPrefix(gvk.Version, "__") {
			continue
		}
		add(t)
		folder := strings.Split(short(t), ".")[0]
		key := "= " + gvk.GroupVersion().String() + " " + folder
		if folder == "meta/v1" && gvk.Group != "" {
			key = "= * meta/v1" // every group has these
		}
		kinds[key] = append(kinds[key], gvk.Kind)
	}
	var all []string
	for key, names := range kinds {
		sort.Strings(names)
		all = append(all, key+" "+strings.Join(compact(names), " "))
	}
	sort.Strings(all)
	fmt.Println(strings.Join(all, "\n"))
	fmt.Println("-", strings.Join(status, " "))
	all = nil
	for _, line := range lines {
		all = append(all, line)
	}
	sort.Strings(all)
	fmt.Println(strings.Join(all, "\n"))
}

// statusTypes are what a kind has as its status: structs, and pointers to structs.
func statusTypes() (found []string) {
	for _, t := range scheme.Scheme.AllKnownTypes() {
		field, ok := t.FieldByName("Status")
		if ok && field.Type.Kind() == reflect.Struct {
			found = append(found, short(field.Type))
		} else if ok && field.Type.Kind() == reflect.Pointer {
			found = append(found, "*"+short(field.Type.Elem()))
		}
	}
	sort.Strings(found)
	return compact(found)
}

func compact(names []string) (unique []string) {
	for i, name := range names {
		if i == 0 || names[i-1] != name {
			unique = append(unique, name)
		}
	}
	return unique
}
